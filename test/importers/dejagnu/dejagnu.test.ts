import { describe, expect, it } from 'vitest';
import { read, readFolder, rejectsOf, resultsOf, runsOf, toldBy } from '../support.ts';

const resultsIn = async (log: string) =>
  (await read(log)).events.flatMap((e) => (e.type === 'RunObserved' ? e.payload.results : []));

describe('the list of DejaGnu', () => {
  const SUM = [
    'Test run by a on Mon Feb  2 10:00:00 2026',
    'Native configuration is aarch64-unknown-linux-gnu',
    '',
    '\t\t=== gdb tests ===',
    '',
    'Schedule of variations:',
    '    unix',
    '    unix/-m32',
    '',
    'Running target unix',
    'Running /src/gdb.base/a.exp ...',
    'PASS: gdb.base/a.exp: run to main',
    'FAIL: gdb.base/a.exp: step (again)',
    'KFAIL: gdb.base/a.exp: known (PRMS: gdb/1)',
    '\t\t=== gdb Summary for unix ===',
    '',
    '# of expected passes\t\t1',
    '# of unexpected failures\t1',
    '# of known failures\t1',
    'Running target unix/-m32',
    'PASS: gdb.base/a.exp: run to main',
    'UNRESOLVED: gdb.base/a.exp: next',
    'UNTESTED: gdb.base/b.exp: no C',
    'ERROR: tcl error sourcing c.exp.',
    '\t\t=== gdb Summary for unix/-m32 ===',
    '',
    '# of expected passes\t\t1',
    '\t\t=== gdb Summary ===',
    '',
    '# of expected passes\t\t2',
    '# of unsupported tests\t\t7',
    'runtest completed at Tue Feb  3 01:00:00 2026',
    '',
  ];

  it('is a run of its tool; a board is the platform of a result', async () => {
    const { format, events } = await read(SUM.join('\n'));
    expect(format).toBe('dejagnu');
    expect(runsOf(events)).toMatchObject([
      { arch: 'arm64', startedAt: '2026-02-02', knownAt: '2026-02-03', results: 6 },
    ]);
    expect(
      (await resultsIn(SUM.join('\n'))).map(({ outcome, test, platform }) => [outcome, test, platform]),
    ).toEqual([
      ['pass', 'gdb.base.a.exp_run_to_main', undefined],
      ['fail', 'gdb.base.a.exp_step_again', undefined],
      ['xfail', 'gdb.base.a.exp_known_PRMS_gdb_1', undefined],
      ['pass', 'gdb.base.a.exp_run_to_main', 'unix/-m32'],
      ['error', 'gdb.base.a.exp_next', 'unix/-m32'],
      ['skip', 'gdb.base.b.exp_no_C', 'unix/-m32'],
    ]);
  });

  it('hands its rejects on as they come: a hostile summary may contradict it in each of its lines', async () => {
    const log = `PASS: a\nTestsuite summary for x\n${'# FAIL: 1\n'.repeat(2500)}`;
    expect(rejectsOf((await read(log)).events)).toHaveLength(2500);
  });

  it('rejects where it went wrong, and where its summary says otherwise', async () => {
    expect(rejectsOf((await read(SUM.join('\n'))).events)).toEqual([
      'DejaGnu could not go on: tcl error sourcing c.exp.',
      'the summary says "# of unsupported tests\t\t7", and here are 0 times UNSUPPORTED',
    ]);
  });
});

describe('the list of glibc', () => {
  it('is told by having nothing but results', async () => {
    expect(
      await toldBy(
        'PASS: nptl/tst-rseq-1\r\nFAIL: nptl/tst-rseq-disable\r\nXPASS: conform/UNIX98/a.h/conform\r\nUNSUPPORTED: nptl/tst-rseq-nptl\r\nUNRESO',
      ),
    ).toEqual([
      'pass nptl.tst-rseq-1',
      'fail nptl.tst-rseq-disable',
      'xpass conform.UNIX98.a.h.conform',
      'skip nptl.tst-rseq-nptl',
    ]);
  });

  it('is compared with what make check counts; what passed is not listed there', async () => {
    const log =
      'make: x\nFAIL: rt/a\noriginal exit status 1\nUNSUPPORTED: rt/b\nSummary of test results:\n      2 FAIL\n   4328 PASS\n      1 UNSUPPORTED\n     20 XFAIL\n';
    expect(await toldBy(log)).toEqual(['fail rt.a', 'skip rt.b', '1 rejected']);
    expect(await resultsIn(log)).toMatchObject([{ exitCode: 1 }, {}]);
  });

  it('is no prose with a result in it', async () => {
    await expect(read('I see this:\nFAIL: nptl/tst-rseq-1\n')).rejects.toThrow('not recognised');
  });
});

describe("automake's make check", () => {
  const RULE = '='.repeat(76);
  const SUMMARY = (pass: number, fail: number) =>
    `${RULE}\nTestsuite summary for pkg 1.2\n${RULE}\n# TOTAL: ${pass + fail}\n# PASS:  ${pass}\n# SKIP:  0\n# FAIL:  ${fail}\n${RULE}\nSee ./test-suite.log\n`;
  const LOG = [
    RULE,
    '   pkg 1.2: ./test-suite.log',
    RULE,
    '',
    '# TOTAL: 5',
    '# PASS:  3',
    '',
    'System information (uname -a): Linux box 6.19.2 #1 SMP PREEMPT Mon Feb 2 08:00:00 UTC 2026 x86_64',
    '',
    '.. contents:: :depth: 2',
    '',
    'FAIL: sub/one.sh',
    '================',
    '',
    'FAIL: inner',
    'wrong',
    'FAIL sub/one.sh (exit status: 3)',
    '',
    'SKIP: two',
    '=========',
    '',
    'SKIP two (exit status: 77)',
    '',
    '',
  ].join('\n');

  it('counts each folder by its own summary', async () => {
    const run = `make  check-TESTS\nPASS: one\nFAIL: two\n${SUMMARY(1, 1)}PASS: a/three\n${SUMMARY(2, 0)}`;
    expect(await toldBy(run)).toEqual(['pass one', 'fail two', 'pass a.three', '1 rejected']);
  });

  it('reads the headings of test-suite.log, the logs below them, and the kernel', async () => {
    const { events } = await read(LOG);
    expect(runsOf(events)).toMatchObject([{ release: 'v6.19.2', arch: 'x86_64', results: 2 }]);
    expect(await resultsIn(LOG)).toMatchObject([
      { test: 'sub.one.sh', outcome: 'fail', exitCode: 3, excerpt: 'FAIL: inner\nwrong' },
      { test: 'two', outcome: 'skip', exitCode: 77 },
    ]);
  });

  it('takes a test that failed once where its log is shown behind the run', async () => {
    const run = `PASS: zero\nFAIL: sub/one.sh\nSKIP: two\n${LOG}${SUMMARY(1, 1)}`;
    expect(await toldBy(run)).toEqual(['pass zero', 'fail sub.one.sh', 'skip two', '1 rejected']);
  });

  it('keeps what a test says in a file that is named after it', async () => {
    const trs = ':test-result: PASS 1 - first\n:test-result: XFAIL\n:test-result: odd\n:recheck: no\n';
    const [found] = await readFolder({ 't/basic.sh.trs': `${trs}:test-result: NEW\n` });
    expect(resultsOf(found!.events)).toEqual([
      ['basic.sh.1_-_first', 'pass'],
      ['basic.sh', 'xfail'],
      ['basic.sh', 'unknown'],
    ]);
    await expect(readFolder({ 't/basic.log': trs })).rejects.toThrow('only its name would say');
  });
});
