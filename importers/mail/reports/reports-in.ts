import type { Message } from '../message/message.ts';
import { bisected } from './bisected.ts';
import { gceXfstests } from './gce-xfstests.ts';
import { kernelciBisection } from './kernelci-bisection.ts';
import { kernelciReport } from './kernelci.ts';
import { kernelciFailures } from './kernelci-failures.ts';
import { kernelciStatus } from './kernelci-status.ts';
import { kernelciSummary } from './kernelci-summary.ts';
import { lavaNotification } from './lava-notification.ts';
import { lkftReport } from './lkft.ts';
import { lkpReport } from './lkp.ts';
import { pastedResults } from './pasted-results.ts';
import { noReport, type Report } from './report.ts';
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
    gceXfstests(message),
    bisected(text),
  ];
  const told = reports.filter((report) => report !== noReport && tellsAnything(report));
  // A CI that reports results shows some of them once more.
  const pasted = told.some(({ runs }) => runs.length > 0) ? noReport : pastedResults(message);
  return pasted.notes.length > 0 ? [...told, pasted] : told;
}

function tellsAnything({ runs, culprits, breakages, fixes = [], notes }: Report): boolean {
  return [runs, culprits, breakages, fixes, notes].some((list) => list.length > 0);
}
