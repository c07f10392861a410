import type { Importer, SourceEntry } from '../importer.ts';
import { readLineResults } from '../console/line-results.ts';
import { ONE_OF_LIST } from './result-line.ts';
import { CheckResults, FORMAT } from './results.ts';
import { looksLikeTrs, TrsResults } from './trs.ts';

const MISSING = 'no result of DejaGnu, glibc or automake in this log';

/** Whether a text is nothing but results, as glibc's tests.sum is; its last line may be cut off. */
function isList(head: string): boolean {
  const lines = head.split('\n').map((line) => line.trimEnd());
  const whole = lines.slice(0, -1).filter((line) => line !== '');
  return whole.length > 0 && whole.every((line) => ONE_OF_LIST.test(line));
}

/** Reads what DejaGnu writes (.sum, .log), the results of glibc's `make check` (tests.sum), and automake's (its lines, test-suite.log, .trs). */
export const dejagnuImporter: Importer = {
  format: FORMAT,
  version: 1,
  says: "results of DejaGnu, glibc's and automake's make check: .sum, test-suite.log, .trs",
  unit: 'file',
  comesWithOthers: () => true,
  sniff(head) {
    if (looksLikeTrs(head) || /^[ \t]{0,40}=== \S[^\n]{0,80} tests ===\r?$/m.test(head)) return 0.9;
    if (/^\.\. contents:: +:depth: 2\r?$/m.test(head) && /^# TOTAL:/m.test(head)) return 0.9;
    if (/^(?:Testsuite summary for \S|Summary of test results:\r?$)/m.test(head)) return 0.7;
    return isList(head) ? 0.7 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) {
      const reader = looksLikeTrs(headOf(entry))
        ? new TrsResults(entry, context)
        : new CheckResults(entry, context);
      yield* readLineResults(entry, context, reader, MISSING);
    }
  },
};

function headOf({ head }: SourceEntry): string {
  return Buffer.from(head).toString('utf8');
}
