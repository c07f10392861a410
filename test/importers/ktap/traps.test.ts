import { describe, expect, it } from 'vitest';
import { outcomesOf, readLog } from './support.ts';

/** A program of a collection with what it printed, and its verdict. */
const program = (name: string, inner: readonly string[], verdict: string) =>
  [`# selftests: ${name}`, ...inner.map((line) => `# ${line}`), `${verdict} selftests: ${name}`].join('\n');
const run = (...programs: readonly string[]) =>
  `TAP version 13\n1..${programs.length}\n${programs.join('\n')}\n`;

/** What real logs do, each with what it comes to. */
const TRAPS: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a plan before the version line, and one that another list follows',
    '1..2\nTAP version 13\nok 1 a\nok 2 b\n1..1\nTAP version 13\n1..1\nok 1 c\n',
    ['pass a', 'pass b', 'pass c'],
  ],
  [
    'two plans of which the first had no results',
    'TAP version 13\n1..1\nTAP version 13\n1..2\nok 1 a\n',
    ['miss test_1', 'pass a', 'miss test_2'],
  ],
  [
    'subtests behind a brace, wherever the directive stands',
    [
      '1..5',
      'ok 1 - a { # time=5ms',
      '    not ok 1 - x',
      '}',
      'ok 2 - b # time=5ms {',
      '    ok 1 - y',
      '}',
      'not ok 3 - c # TODO later {',
      '    not ok 1 - z',
      '}',
      'ok 4 - d',
      '  ---',
      '  at: here',
      '  ...',
      '{',
      '    ok 1 - v',
      '}',
      'ok 5 - e',
    ].join('\n'),
    ['fail a.x', 'pass b.y', 'fail c.z', 'pass d', 'pass d.v', 'pass e'],
  ],
  [
    'words that begin like a directive and are none, and the one that may go on',
    'TAP version 13\n1..4\nnot ok 1 a # TODOS: none\nok 2 b # errors: 0\nok 3 c # skipped here\nok 4 d # Skip\n',
    ['fail a_TODOS_none', 'pass b_errors_0', 'skip c', 'skip d'],
  ],
  [
    'a plan of old that says which tests are expected to fail, and one that did not come',
    '1..6 todo 3 2;\nok 1\nnot ok 2 - b\nok 3 - c\nnot ok 5 - e\nok 6\n',
    ['pass test_1', 'xfail b', 'xpass c', 'fail e', 'pass test_6', 'miss test_4'],
  ],
  [
    'a version line that is malformed',
    run(program('exec: b', ['TAP version 1.3', '1..2', 'ok 1 a', 'not ok 2 b'], 'not ok 1')),
    ['pass kselftest.exec.b.a', 'fail kselftest.exec.b.b', 'fail kselftest.exec.b'],
  ],
  [
    'a plan and no version line inside a program',
    run(program('timens: t', ['1..2', 'ok 1 Passed for X', 'not ok 2 y'], 'ok 1')),
    ['pass kselftest.timens.t.Passed_for_X', 'fail kselftest.timens.t.y', 'pass kselftest.timens.t'],
  ],
  [
    'neither plan nor version line inside a program',
    run(program('x: t', ['ok 1 one', 'not ok 2 two'], 'not ok 1')),
    ['pass kselftest.x.t.one', 'fail kselftest.x.t.two', 'fail kselftest.x.t'],
  ],
  [
    'a plan after the results',
    run(program('size: get_size', ['TAP version 13', 'ok 1 memory use', '1..1'], 'ok 1')),
    ['pass kselftest.size.get_size.memory_use', 'pass kselftest.size.get_size'],
  ],
  [
    'a third level',
    run(
      program(
        'mm: r',
        ['TAP version 13', '1..1', '# TAP version 13', '# 1..1', '# ok 1 in', 'ok 1 hm'],
        'ok 1',
      ),
    ),
    ['pass kselftest.mm.r.hm.in', 'pass kselftest.mm.r'],
  ],
  [
    'a plan that is larger than what came',
    'TAP version 13\n1..3\n# selftests: rseq: a\nok 1 selftests: rseq: a\n',
    ['pass kselftest.rseq.a', 'miss kselftest.rseq.test_2', 'miss kselftest.rseq.test_3'],
  ],
  [
    'a description behind the directive',
    'TAP version 13\n1..2\nok 1 a\nok 2 # SKIP CLOCK_X\n',
    ['pass a', 'skip test_2'],
  ],
  ['a skip that is not ok', 'TAP version 13\n1..1\nnot ok 1 kvm # SKIP no kvm\n', ['skip kvm']],
  [
    'a skip in lower case, without a blank, with a colon',
    'TAP version 13\n1..4\nok 1 a # skip\nok 2 b # Skip x\nok 3 c #SKIP\nok 4 d # SKIP:why\n',
    ['skip a', 'skip b', 'skip c', 'skip d'],
  ],
  [
    'every directive, with ok and with not ok',
    'TAP version 13\n1..6\nok 1 a # TODO x\nnot ok 2 b # TODO y\nok 3 c # XFAIL z\nnot ok 4 d # XFAIL z\n' +
      'not ok 5 e # TIMEOUT\nnot ok 6 f # ERROR q\n',
    ['xpass a', 'xfail b', 'xfail c', 'xfail d', 'timeout e', 'error f'],
  ],
  [
    'a time limit that is told before the program that it is for',
    `TAP version 13\n1..2\n# timeout set to 45\n${program('d: t', ['ok 1 q'], 'ok 1')}\n# overriding timeout to 7\n${program('d: u', [], 'ok 2')}\n`,
    ['pass kselftest.d.t.q', 'pass kselftest.d.t', 'pass kselftest.d.u'],
  ],
  [
    'a program that is ok although a part of it failed, and totals that say nothing',
    run(
      program(
        'timers: p',
        ['Check itimer virtual... [FAIL]', '# Totals: pass:0 fail:0 xfail:0 xpass:0 skip:0 error:0'],
        'ok 1',
      ),
    ),
    ['fail kselftest.timers.p.Check_itimer_virtual', 'pass kselftest.timers.p'],
  ],
  [
    'an inner line that looks like a header',
    run(program('bpf: xdp.sh', ['selftests: test_xdp xdpgeneric [PASS]'], 'ok 1')),
    ['pass kselftest.bpf.xdp.sh.test_xdp_xdpgeneric', 'pass kselftest.bpf.xdp.sh'],
  ],
  [
    'a program that bails out: the next one goes on',
    run(
      program(
        'm: m',
        ['TAP version 13', '1..2', 'ok 1 a', 'Bail out! no', '# Planned tests != run tests (2 != 1)'],
        'not ok 1',
      ),
      program('x: z', [], 'ok 2'),
    ),
    ['pass kselftest.m.m.a', 'miss kselftest.m.m.test_2', 'fail kselftest.m.m', 'pass kselftest.x.z'],
  ],
  [
    'numbers that are wrong, and names that come again',
    'TAP version 13\n1..4\nok 1 a\nnot ok 10 b\nok 5 a\nok 1 a\n',
    ['pass a', 'fail b', 'pass a', 'pass a'],
  ],
  [
    'runners before TAP',
    'selftests: test_maps\nselftests: test_maps [FAIL]\nTAP version 13\nselftests: run.sh [SKIP]\nselftests: x [PASS]\n',
    ['fail kselftest.test_maps', 'skip kselftest.run.sh', 'pass kselftest.x'],
  ],
  [
    'runners before TAP that join a program with its collection',
    'selftests: clone3_clone3_set_tid [PASS]\nselftests: drivers/dma-buf_udmabuf [FAIL]\nselftests: kcmp_test [PASS]\n' +
      'selftests: cpu-hotplug_cpu-on-off-test.sh [SKIP]\nselftests: membarrier_test [PASS]\nselftests: step_after_test [PASS]\n',
    [
      'pass kselftest.clone3.clone3_set_tid',
      'fail kselftest.drivers.dma-buf.udmabuf',
      'pass kselftest.kcmp.kcmp_test',
      'skip kselftest.cpu-hotplug.cpu-on-off-test.sh',
      'pass kselftest.membarrier.membarrier_test',
      'pass kselftest.step_after_test',
    ],
  ],
  [
    'time stamps that grow wider, and lines that have none',
    '[   80.114218] KTAP version 1\n[   80.114219] 1..1\n[   80.114220]     KTAP version 1\n' +
      '[   80.200000]     # Subtest: s\n    1..2\n[   80.300000]     ok 1 a\n[12345680.300000]     not ok 2 b\n[12345680.400000] not ok 1 s\n',
    ['pass kunit.s.a', 'fail kunit.s.b'],
  ],
  [
    'the tail of a log, without its header',
    '[    5.100000]     ok 1 a\n[    5.200000]     not ok 2 b\n[    5.300000] # drm: pass:1 fail:1 skip:0 total:2\n' +
      '[    5.400000] not ok 3 drm\n[    5.500000] ok 4 other\n',
    ['pass drm.a', 'fail drm.b', 'pass other'],
  ],
  [
    'colours, other escapes, and the line ends of a serial console',
    'TAP version 13\n1..2\n\u001b[37mok 1 \u001b(Bred\u001b[m\n\u001b[1mnot ok\u001b[0m 2 blue\r\n',
    ['pass red', 'fail blue'],
  ],
  [
    'a mailer that took away the marks before lines, and wrapped them',
    'kselftest: Running tests in rseq\nTAP version 13\n1..2\ntimeout set to 0\nselftests: rseq: a\n' +
      "a: a.c:30: void test_cpu_pointer(void): Assertion\n`sched_getcpu() == i' failed.\nAborted\n" +
      'not ok 1 selftests: rseq: a # exit=134\ntimeout set to 0\nselftests: rseq: b\nSegmentation fault\n' +
      'not ok 2 selftests: rseq: b # exit=139\n',
    ['fail kselftest.rseq.a', 'fail kselftest.rseq.b'],
  ],
  [
    'the folder of a job of LAVA in a name',
    run(program('exec: e', ['TAP version 13', '1..1', "ok 1 open(-1, '/lava-17574685/0/x')"], 'ok 1')),
    ['pass kselftest.exec.e.open_-1_lava_0_x', 'pass kselftest.exec.e'],
  ],
  [
    'a result that a mailer wrapped behind its directive',
    'TAP version 13\n1..1\nselftests: net: a_program_of_a_long_name_that_is_near_the_end.sh\n' +
      'not ok 1 selftests: net: a_program_of_a_long_name_that_is_near_the_end.sh # TIMEOUT 45\nseconds\n',
    ['timeout kselftest.net.a_program_of_a_long_name_that_is_near_the_end.sh'],
  ],
  [
    '-s: the verdicts alone',
    'TAP version 13\n1..2\n# selftests: rseq: a\nok 1 selftests: rseq: a\n# selftests: rseq: b\nnot ok 2 selftests: rseq: b # exit=1\n',
    ['pass kselftest.rseq.a', 'fail kselftest.rseq.b'],
  ],
  [
    '-s: output.log, which has no verdict of a program',
    'TAP version 13\n1..2\nok 1 global.x\nnot ok 2 global.y\n# FAILED: 1 / 2 tests passed.\n# Totals: pass:1 fail:1 xfail:0 xpass:0 skip:0 error:0\n',
    ['pass global.x', 'fail global.y'],
  ],
  [
    "a plan of KUnit's suites of which an excerpt has fewer",
    'KTAP version 1\n1..4\n    KTAP version 1\n    # Subtest: s\n    1..1\n    ok 1 a\nok 1 s\n',
    ['pass kunit.s.a', 'miss kunit.test_2', 'miss kunit.test_3', 'miss kunit.test_4'],
  ],
  [
    'callers, levels, days and hosts before the lines of a kernel',
    [
      '<6>[   12.345678] KTAP version 1',
      '[   12.345679][    T1] 1..1',
      '[   12.345680] [ C0]     KTAP version 1',
      '[Wed Apr 22 10:00:19 2026]     # Subtest: s',
      'Apr 22 10:00:19 host kernel:     1..2',
      'Apr 22 10:00:19 host kernel: [   12.345681]     ok 1 a',
      'kern  :info  : [   12.345682]     not ok 2 b',
      '2026-04-22T10:00:20.123456Z [   12.345683] not ok 1 s',
      '',
    ].join('\n'),
    ['pass kunit.s.a', 'fail kunit.s.b'],
  ],
  [
    'attributes of suites and cases',
    'KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: s\n    # module: m\n    1..1\n    # t.speed: slow\n    ok 1 t\nok 1 s\n',
    ['pass kunit.s.t'],
  ],
];

describe('what real logs do', () => {
  it.each(TRAPS)('%s', async (_, log, outcomes) => {
    expect(await outcomesOf(log)).toEqual(outcomes);
  });
});

it('leaves out a time that is no number', async () => {
  const { results } = await readLog(
    'TAP version 13\n1..3\nok 1 a # time=1.5s\nok 2 b # time=1.2.3s\nok 3 c # time=...\n',
  );
  expect(results.map((r) => r.durationMs)).toEqual([1500, undefined, undefined]);
});
