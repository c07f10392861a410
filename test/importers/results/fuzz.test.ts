import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blktestsImporter } from '../../../importers/blktests/importer.ts';
import { dejagnuImporter } from '../../../importers/dejagnu/importer.ts';
import { kvmUnitTestsImporter } from '../../../importers/kvm-unit-tests/importer.ts';
import { perfTestImporter } from '../../../importers/perf-test/importer.ts';
import { bootlogImporter } from '../../../importers/bootlog/importer.ts';
import { fstestsImporter } from '../../../importers/fstests/importer.ts';
import { lavaImporter } from '../../../importers/lava/importer.ts';
import { ltpImporter } from '../../../importers/ltp/importer.ts';
import type { Importer } from '../../../importers/importer.ts';
import { squadImporter } from '../../../importers/squad/importer.ts';
import { InputError } from '../../../store/errors.ts';
import { catalogue, checkPayload } from '../../../store/events/catalogue.ts';
import type { NewEvent } from '../../../store/events/event.ts';
import { readAs, rejectsOf, resultsOf } from '../support.ts';

const SQUAD = JSON.stringify({
  's/a': 'pass',
  'kselftest-x/x_b_sh': { result: 'fail', log: 'é\u001b[31m' },
  c: null,
});
const TUXRUN = JSON.stringify({
  lava: { job: { result: 'pass' } },
  '0_s': { a: { result: 'fail' }, d: { l: { result: 'pass' } } },
});
const CSV = 'environment,test,status\nx86_64,"a ""b""",pass\narm64,c,fail\n';
const ITEMS = [
  '- {"dt": "2022-06-03T05:38:52.000000", "lvl": "results", "msg": {"case": "v", "definition": "lava", "result": "pass"}}',
  '- {"dt": "2022-06-03T05:38:53", "lvl": "target", "msg": "[    0.000000] Linux version 6.19.0-rc1 (b@h) #1"}',
  '- {name: a, suite: 0_s, result: fail}',
  '',
].join('\n');
const CALLBACK = JSON.stringify({
  lab_name: 'l',
  log: ITEMS,
  results: { '0_s': '- {name: a, result: pass}\n' },
});
const CONSOLE = [
  '[    0.000000] Linux version 6.19.0-rc1 (b@h) (aarch64-linux-gnu-gcc 13) #1',
  '<LAVA_SIGNAL_STARTRUN 0_s 1>',
  '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>',
  '[    1.000000] Kernel panic - not syncing: x',
  '',
].join('\r\n');
const KIRK =
  'Connecting to SUT: host\nStarting suite: s\na01: pass | tainted  (1m 2s)\n        Arch:  x86_64\n';
const KIRK_ABREAST =
  'Connecting to SUT: host\n\nSuite: s\n──\na01 (1/2):   (1m 2s)\nb01: timed out\nArch:  x86_64\nBroken:\n    • a01\n';
const KIRK_AT_LENGTH =
  'Connecting to SUT: host\nSuite: s\n──────\n──────\n      a01\n──────\nExecuting: a\nSummary:\nfailed 1\n\nDuration: 1s\n';

const FSTESTS =
  'SECTION       -- a\nFSTYP         -- xfs\nPLATFORM      -- Linux/x86_64 h 6.1.0 #1\n\ngeneric/001  1s\nxfs/002 [not run] é\nxfs/003 [failed, exit status 1]- output mismatch\n    +x\nRan: generic/001 xfs/002 xfs/003\nNot run: xfs/002\nFailures: xfs/003\nFailed 1 of 3 tests\n';
const BLKTESTS =
  '2026-02-02 10:00:00 ./check block zbd\nblock/001 (a (b))\nblock/001 (a (b))   [failed]\n    runtime  1.1s  ...  2.2s\n    exited with status 3\nzbd/002 => nullb1 (tr=x) (c)   [not run]\n    why\n';
const KVM_UNIT_TESTS =
  '2026-02-02 10:00:00 ./run_tests.sh\n\u001b[32mPASS\u001b[0m apic (2 tests, 1 skipped)\nFAIL msr (timeout; duration=9s)\nTESTNAME=vmx ./x86/run x86/vmx.flat\nPASS: é\nXPASS: b: c\nSUMMARY: 2 tests, 1 unexpected failures\n';
const PERF_TEST =
  '  1: vmlinux symtab é    : Ok\n 22: Watchpoint :\n 22.1: Read (a)  : Skip (no: b)\n 23: Times   :\n--- start ---\nx\n---- unexpected signal (11) ----\n---- end(-1) ----\nTimes: FAILED!\n 24: Last  : Running (1 active)\n';
const SUM =
  'Test run by a on Mon Feb  2 10:00:00 2026\nNative configuration is aarch64-linux-gnu\n\t\t=== gdb tests ===\nRunning target unix/-m32\nPASS: gdb.base/é.exp: b (c)\nUNRESOLVED: gdb.base/a.exp: d\nERROR: tcl\n\t\t=== gdb Summary for unix/-m32 ===\n# of expected passes\t\t1\n# of unresolved testcases 2\n';
const TEST_SUITE_LOG =
  'FAIL: a/b\n====\n   x 1: ./test-suite.log\n====\n# TOTAL: 2\n.. contents:: :depth: 2\n\nFAIL: a/b\n=========\n\né\nPASS: no\nFAIL a/b (exit status: 3)\n\nSKIP: c\n=======\n\nTestsuite summary for x 1\n# PASS: 0\n# FAIL: 2\n';

const samples: readonly (readonly [string, Importer, string])[] = [
  ['tests of SQUAD', squadImporter, SQUAD],
  ['results of TuxRun', squadImporter, TUXRUN],
  ['a table', squadImporter, CSV],
  ["LAVA's YAML", lavaImporter, ITEMS],
  ["LAVA's callback", lavaImporter, CALLBACK],
  ['a console with signals', lavaImporter, CONSOLE],
  ['a boot log', bootlogImporter, CONSOLE],
  ["kirk's terminal", ltpImporter, KIRK],
  ["kirk's terminal, as it prints side by side", ltpImporter, KIRK_ABREAST],
  ["kirk's terminal, at length", ltpImporter, KIRK_AT_LENGTH],
  ['what check of xfstests prints', fstestsImporter, FSTESTS],
  ['what check of blktests prints', blktestsImporter, BLKTESTS],
  ['what kvm-unit-tests print', kvmUnitTestsImporter, KVM_UNIT_TESTS],
  ['what perf test prints', perfTestImporter, PERF_TEST],
  ["DejaGnu's list", dejagnuImporter, SUM],
  ["automake's log", dejagnuImporter, TEST_SUITE_LOG],
];

/** Reads, or is refused for a reason of the input; whatever is read fits the catalogue. */
async function survives(importer: Importer, content: string | Uint8Array): Promise<readonly NewEvent[]> {
  try {
    const events = await readAs(importer, content);
    for (const event of events) checkPayload(catalogue, event.type, event.payload);
    return events;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.diagnostics[0]!.place.file).not.toBe('');
    return [];
  }
}

describe.each(samples)('%s', (_, importer, sample) => {
  it('may end anywhere', async () => {
    const bytes = Buffer.from(sample);
    for (let end = 0; end < bytes.length; end += 7) await survives(importer, bytes.subarray(0, end));
  });

  it('may hold any bytes anywhere', async () => {
    const bytes = Buffer.from(sample);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length),
        fc.uint8Array({ maxLength: 30 }),
        fc.nat(8),
        async (at, put, cut) => {
          const damaged = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]);
          expect(importer.sniff(damaged.toString('utf8'), 'x')).toBeGreaterThanOrEqual(0);
          await survives(importer, damaged);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('what is never lost', () => {
  const name = fc
    .string({ minLength: 1, maxLength: 20 })
    .filter((text) => text.trim() !== '' && text !== '__proto__');

  it('a test of SQUAD, whatever its name and its result', async () => {
    const value = fc.oneof(fc.constantFrom('pass', 'FAIL', 'skip'), fc.jsonValue({ maxDepth: 1 }));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value, { maxKeys: 15 }), async (tests) => {
        const text = JSON.stringify({ first: 'pass', ...tests });
        const { length } = Object.keys({ first: 'pass', ...tests });
        const events = await survives(squadImporter, text);
        // A table of another shape is refused as a whole; what is taken is taken whole.
        if (events.length > 0 && events.some((e) => e.type === 'RunObserved' && e.payload.tool === undefined))
          expect(resultsOf(events).length).toBe(length);
      }),
      { numRuns: 40 },
    );
  });

  it('an entry of LAVA: it is a result, a reject, or no result at all', async () => {
    const word = fc.constantFrom('pass', 'fail', 'skip', 'unknown', 'maybe', '');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, word), { minLength: 1, maxLength: 15 }), async (list) => {
        const lines = list.map(
          ([test, result]) =>
            `- ${JSON.stringify({ dt: 'x', lvl: 'results', msg: { case: test, definition: '0_s', result } })}`,
        );
        const events = await survives(lavaImporter, `${lines.join('\n')}\n`);
        expect(resultsOf(events).length + rejectsOf(events).length).toBe(list.length);
      }),
      { numRuns: 40 },
    );
  });

  it('a signal: it is a result or a reject', async () => {
    const token = fc.constantFrom(
      'TEST_CASE_ID=a',
      'TEST_CASE_ID=',
      'RESULT=pass',
      'RESULT=for',
      'b',
      'UNITS=ms',
      '=',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(token, { maxLength: 4 }), { minLength: 1, maxLength: 12 }),
        async (list) => {
          const lines = list.map((tokens) => `<LAVA_SIGNAL_TESTCASE ${tokens.join(' ')}>`);
          const events = await survives(lavaImporter, lines.join('\n'));
          expect(resultsOf(events).length + rejectsOf(events).length).toBe(list.length);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('what would take forever', () => {
  it('is read all the same: deep nesting, huge lines, long runs of one character', async () => {
    const deep = '['.repeat(20_000);
    const long = 'x'.repeat(300_000);
    for (const [importer, content] of [
      [squadImporter, `{"a": ${deep}`],
      [squadImporter, `{"a": ${'{"a":'.repeat(5000)}1${'}'.repeat(5001)}`],
      [squadImporter, `{"${long}": "pass"}`],
      [squadImporter, `${long},pass\n`],
      [squadImporter, `${'a:'.repeat(50_000)} pass\n`],
      [lavaImporter, `- {"dt": "1", "lvl": "target", "msg": ${deep}}\n`],
      [lavaImporter, `- dt: 1\n${'  - '.repeat(20_000)}\n`],
      [lavaImporter, `- dt: 1\n  lvl: &a [x, x]\n  msg: [*a, *a, *a]\n`],
      [lavaImporter, `<LAVA_SIGNAL_TESTCASE ${'a '.repeat(100_000)}>`],
      [lavaImporter, '<LAVA_SIGNAL_TESTCASE '.repeat(20_000)],
      [
        bootlogImporter,
        `[    0.000000] Linux version 6.1 ${long}\n[    0.000001] BUG: ${' '.repeat(300_000)}`,
      ],
      [bootlogImporter, '[    0.000000] '.repeat(30_000)],
      [
        ltpImporter,
        `Connecting to SUT: h\nStarting suite: s\n${'a'.repeat(200_000)}: pass (${'1m '.repeat(50_000)})\n`,
      ],
    ] as const)
      await survives(importer, content);
  });
});
