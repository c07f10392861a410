import type { Importer } from '../importer.ts';
import { readLineResults } from '../console/line-results.ts';
import { FORMAT, UnitTests } from './unit-tests.ts';

/** What colours a verdict on a terminal. */
const COLOUR = String.raw`(?:\u001B\[[\d;]{0,8}m)?`;
/** The runner's line with its count of tests, which is its own. */
const COUNTED = new RegExp(
  String.raw`^${COLOUR}(?:PASS|FAIL|SKIP)${COLOUR} [\w.+-]{1,100} \((?:\d{1,9} tests|timeout; duration=|terminated on SIG)`,
  'm',
);
const RUNNER = new RegExp(
  String.raw`^${COLOUR}(?:PASS|FAIL|SKIP)${COLOUR} [\w.+-]{1,100}(?: \(| ?\r?$)`,
  'm',
);
const CHECK = /^(?:PASS|FAIL|SKIP|XFAIL|XPASS|KFAIL): \S/m;

/** Reads what run_tests.sh of kvm-unit-tests prints, and the log of one of its tests. */
export const kvmUnitTestsImporter: Importer = {
  format: FORMAT,
  version: 1,
  says: 'what run_tests.sh of kvm-unit-tests prints, and the logs of its tests',
  unit: 'file',
  comesWithOthers: () => true,
  sniff(head) {
    if (COUNTED.test(head)) return 0.88;
    if (/\/run_tests\.sh\b/.test(head) && RUNNER.test(head)) return 0.6;
    // Of a test that died there is no summary.
    const isItsLog = /^SUMMARY: \d{1,9} tests/m.test(head) || /-kernel \S{1,500}\.(?:flat|efi)\b/.test(head);
    return isItsLog && CHECK.test(head) ? 0.88 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries)
      yield* readLineResults(
        entry,
        context,
        new UnitTests(entry, context),
        'no result of kvm-unit-tests in this log',
      );
  },
};
