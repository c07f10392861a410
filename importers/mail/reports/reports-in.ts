import type { Message } from '../message.ts';
import { bisected } from './bisected.ts';
import { kernelciBisection } from './kernelci-bisection.ts';
import { kernelciReport } from './kernelci.ts';
import { kernelciFailures } from './kernelci-failures.ts';
import { kernelciStatus } from './kernelci-status.ts';
import { kernelciSummary } from './kernelci-summary.ts';
import { lavaNotification } from './lava-notification.ts';
import { lkftReport } from './lkft.ts';
import { lkpReport } from './lkp.ts';
import type { Report } from './report.ts';
import { syzbotReport } from './syzbot.ts';

/** Everything that a mail reports in a form that a machine writes. */
export function reportsIn(message: Message): readonly Report[] {
  const { text } = message;
  const reports = [
    lkftReport(text),
    kernelciReport(text),
    kernelciBisection(text),
    kernelciSummary(text),
    kernelciFailures(text),
    kernelciStatus(text),
    lkpReport(message),
    syzbotReport(message),
    lavaNotification(text),
    bisected(text),
  ];
  return reports.filter(({ runs, culprits, breakages, fixes = [], notes }) =>
    [runs, culprits, breakages, fixes, notes].some((told) => told.length > 0),
  );
}
