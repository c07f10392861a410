import type { Importer } from '../importer.ts';
import { holds, mayBeConsole } from '../console/console-head.ts';
import { looksLikeKirkConsole, readKirkConsole } from './kirk-console.ts';
import { FORMAT, readReport } from './report.ts';
import { looksLikeResultsLog, readResultsLog } from './results-log.ts';
import { readTranscript } from './transcript.ts';

const STATUS = '<<<execution_status>>>';
/** A console can show a whole boot before the tests. */
const AFTER_BOOT = 0.05;

function isSure(head: string): boolean {
  if (/<<<(?:test_start|execution_status)>>>\r?$/m.test(head) || looksLikeKirkConsole(head)) return true;
  if (looksLikeResultsLog(head)) return true;
  return /^\s*\{/.test(head) && head.includes('"test_fqn"');
}

/** Reads what LTP's runners write: kirk's JSON report and its terminal, openQA's report, the transcript and the log of runltp. */
export const ltpImporter: Importer = {
  format: FORMAT,
  version: 11,
  says: "results of LTP: kirk's or openQA's JSON, kirk's terminal, a transcript or a log of runltp",
  unit: 'file',
  comesWithOthers: () => true,
  sniff(head) {
    if (isSure(head)) return 0.9;
    return mayBeConsole(head) ? AFTER_BOOT : 0;
  },
  async look(entry) {
    if (isSure(Buffer.from(entry.head).toString('utf8'))) return 0.9;
    // More than a boot, less than the KTAP that may be there, too.
    return (await holds(entry, STATUS)) ? 0.6 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) {
      const head = Buffer.from(entry.head).toString('utf8');
      if (/^\s*\{/.test(head)) yield* readReport(entry, context);
      else if (looksLikeResultsLog(head)) yield* readResultsLog(entry, context);
      else
        yield* looksLikeKirkConsole(head) ? readKirkConsole(entry, context) : readTranscript(entry, context);
    }
  },
};
