import type { Importer } from '../importer.ts';
import { readLineResults } from '../console/line-results.ts';
import { FORMAT, PerfTests } from './perf-tests.ts';

const TOLD =
  /^ {0,8}\d{1,4}(?:\.\d{1,3})?: [^\n]{1,200}: ?(?:Ok|Skip|FAILED!)(?: \([^\n]{0,300}\))?[ \t]{0,8}\r?$/m;
const STARTED = /^ {0,8}\d{1,4}(?:\.\d{1,3})?: [^\n]{1,200}:[ \t]{0,8}\r?\n--- start ---\r?$/m;

/** Reads what `perf test` prints, with and without `-v`. */
export const perfTestImporter: Importer = {
  format: FORMAT,
  version: 1,
  says: 'what perf test prints, with and without -v',
  unit: 'file',
  comesWithOthers: () => true,
  sniff: (head) => (TOLD.test(head) || STARTED.test(head) ? 0.85 : 0),
  async *read(entries, context) {
    for (const entry of entries)
      yield* readLineResults(
        entry,
        context,
        new PerfTests(entry, context),
        'no result of perf test in this log',
      );
  },
};
