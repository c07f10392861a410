import type { Message } from '../message.ts';
import { bisected } from './bisected.ts';
import { kernelciBisection, kernelciReport, kernelciSummary } from './kernelci.ts';
import { kernelciFailures } from './kernelci-failures.ts';
import { kernelciStatus } from './kernelci-status.ts';
import { lkftReport } from './lkft.ts';
import { lkpReport } from './lkp.ts';
import type { Report } from './report.ts';

/** Everything that a mail reports in a form that a machine writes. */
export function reportsIn({ text, from, inReplyTo }: Message): readonly Report[] {
  const reports = [
    lkftReport(text),
    kernelciReport(text),
    kernelciBisection(text),
    kernelciSummary(text),
    kernelciFailures(text),
    kernelciStatus(text),
    lkpReport(text, from, inReplyTo),
    bisected(text),
  ];
  return reports.filter((r) => r.runs.length + r.culprits.length + r.breakages.length + r.notes.length > 0);
}
