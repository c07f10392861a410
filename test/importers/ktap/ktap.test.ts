import { describe, expect, it } from 'vitest';
import { InputError } from '../../../store/errors.ts';
import { ktapImporter } from '../../../importers/ktap/importer.ts';
import { outcomesOf, readLog } from './support.ts';

const RUNNER = `TAP version 13
1..9
# timeout set to 45
# selftests: rseq: basic_test
# testing current cpu
ok 1 selftests: rseq: basic_test
# selftests: rseq: slow
#
not ok 2 selftests: rseq: slow # TIMEOUT 45 seconds
# selftests: rseq: param_test
# param_test: rseq.c:12: Assertion failed
# Aborted
not ok 3 selftests: rseq: param_test # exit=134
# selftests: rseq: absent
# Warning: file absent is missing!
not ok 4 selftests: rseq: absent
# selftests: rseq: locked
# Warning: file locked is not executable, correct this.
not ok 5 selftests: rseq: locked
# selftests: rseq: skipped
ok 6 selftests: rseq: skipped # SKIP
not ok 7 selftests: rseq: refused # SKIP no hardware
ok 8 selftests: rseq: known # XFAIL
`;

describe('kselftest', () => {
  it("reads the runner's verdicts, and what was planned and did not come", async () => {
    const { results } = await readLog(RUNNER);
    expect(results.map((r) => `${r.outcome} ${r.test}`)).toEqual([
      'pass kselftest.rseq.basic_test',
      'timeout kselftest.rseq.slow',
      'fail kselftest.rseq.param_test',
      'error kselftest.rseq.absent',
      'error kselftest.rseq.locked',
      'skip kselftest.rseq.skipped',
      'skip kselftest.rseq.refused',
      'xfail kselftest.rseq.known',
      'miss kselftest.rseq.test_9',
    ]);
    expect(results[2]).toMatchObject({ raw: 'selftests: rseq: param_test', line: 13, exitCode: 134 });
    expect(results[2]!.excerpt).toBe(
      '# param_test: rseq.c:12: Assertion failed\n# Aborted\nnot ok 3 selftests: rseq: param_test # exit=134',
    );
    expect(results[1]!.reason).toBe('45 seconds');
    expect(results[3]!.reason).toBe('file absent is missing!');
    expect(results[6]!.reason).toBe('no hardware');
    expect(results[0]).not.toHaveProperty('excerpt');
  });

  it('knows a program that is not there where a filter of the log took the colons out', async () => {
    const { results } = await readLog(
      '# selftests kvm absent\n# Warning file absent is missing!\n[FAIL] 1 selftests kvm absent\nselftests: kvm_absent [FAIL]\n',
    );
    expect(results).toMatchObject([
      { test: 'kselftest.kvm.absent', outcome: 'error', reason: 'file absent is missing!' },
    ]);
  });

  it('nests by `# ` to any depth and counts leaves and verdicts', async () => {
    const log = [
      'TAP version 13',
      '1..1',
      '# selftests: net: multi.sh',
      '# TAP version 1.3',
      '# 1..3',
      '# # ok 1 deep one',
      '# # not ok 2 deep two',
      '# ok 1 group',
      '# ok 2 # SKIP CLOCK_X',
      '# # some talk about ok 5',
      'ok 1 selftests: net: multi.sh',
    ].join('\n');
    expect(await outcomesOf(log)).toEqual([
      'pass kselftest.net.multi.sh.group.deep_one',
      'fail kselftest.net.multi.sh.group.deep_two',
      'skip kselftest.net.multi.sh.CLOCK_X',
      'miss kselftest.net.multi.sh.test_3',
      'pass kselftest.net.multi.sh',
    ]);
  });

  it('tells what plans lack, but fills no log with what damaged ones promise', async () => {
    const plans = Array.from({ length: 300 }, () => '# TAP version 13\n# 1..1000000\n# ok 1 a\nok 1 a').join(
      '\n',
    );
    const { results } = await readLog(`TAP version 13\n${plans}\n`);
    const missed = results.filter((r) => r.outcome === 'miss').length;
    expect(missed).toBeGreaterThan(100_000);
    expect(missed).toBeLessThan(101_000);
    // Each plan is told to lack something, to the last.
    expect(results.at(-1)).toMatchObject({
      outcome: 'miss',
      line: 4 * 300 - 1,
      reason: 'planned 1000000, 1 came',
    });
  });

  it('loses no nested results where the line of their program was torn apart', async () => {
    const log = [
      'TAP version 13',
      '# not ok 1 first',
      '# ok 2 second',
      'selftests: cgroup_[  293.485023] firmware: loading',
      'test_freezer [FAIL]',
      '1..1',
      '# ok 1 third',
      'ok 1 selftests: x: y',
    ];
    expect(await outcomesOf(log.join('\n'))).toEqual([
      'fail first',
      'pass second',
      'pass kselftest.x.y.third',
      'pass kselftest.x.y',
    ]);
  });

  it('keeps a result that is nested deeper than any test', async () => {
    const deep = Array.from({ length: 300 }, (_, i) => `${' '.repeat(300 - i)}ok 1 level ${i}`);
    const { results } = await readLog(`TAP version 13\n${deep.join('\n')}\n`);
    expect(results).toHaveLength(1);
    expect(results[0]!.test).toMatch(/level_0$/);
  });

  it("nests by node-tap's braces, which come before what they sum up", async () => {
    const log = [
      'TAP version 13',
      'ok 1 - outer # time=5ms {',
      '    not ok 1 - inner {',
      '        ok 1 - deep',
      '        not ok 2 - deeper',
      '    }',
      '    ok 2 - flat',
      '}',
      '}',
      'ok 2 - cut {',
      '    ok 1 - last',
      'ok 3 - after',
      'ok 4 - open {',
      '    ok 1 - end',
    ];
    expect(await outcomesOf(log.join('\n'))).toEqual([
      'pass outer.inner.deep',
      'fail outer.inner.deeper',
      'pass outer.flat',
      'pass cut.last',
      'pass after',
      'pass open.end',
    ]);
  });

  it('takes a plan that comes late, and a list without one', async () => {
    const late = '# selftests: size: get_size\n# ok 1 memory use\n# 1..1\nok 1 selftests: size: get_size\n';
    expect(await outcomesOf(late)).toEqual([
      'pass kselftest.size.get_size.memory_use',
      'pass kselftest.size.get_size',
    ]);
    expect(await outcomesOf('ok 1 a\nnot ok 2 b\n')).toEqual(['pass a', 'fail b']);
  });

  it('numbers equal names, and finds the verdict behind the end of another line', async () => {
    const log =
      '# selftests: x: y\n# ok 1 same\n# ok 2 same\n# no line endnot ok 1 selftests: x: y # exit=1\n';
    const { results } = await readLog(log);
    expect(results.map((r) => [r.test, r.occurrence])).toEqual([
      ['kselftest.x.y.same', undefined],
      ['kselftest.x.y.same', 2],
      ['kselftest.x.y', undefined],
    ]);
  });

  it('reads what the shell library of the network tests prints', async () => {
    const log =
      '# selftests: net: t.sh\n# TEST: IPv6: mtu      [ OK ]\n# TEST: route  [FAIL]\nok 1 selftests: net: t.sh\n';
    expect(await outcomesOf(log)).toEqual([
      'pass kselftest.net.t.sh.IPv6_mtu',
      'fail kselftest.net.t.sh.route',
      'pass kselftest.net.t.sh',
    ]);
  });

  it('does not take what is left of a `not ok` for an `ok`', async () => {
    const { results, rejects } = await readLog(
      'ok 1 a\n# tot ok 2 selftests: a: b\nok 3 selftests: a: c # exit=1\n',
    );
    expect(results.map((r) => r.outcome)).toEqual(['pass', 'fail']);
    expect(rejects).toHaveLength(1);
  });

  it('reads the runners before TAP, and no listing of programs', async () => {
    const log = [
      'skiplist:',
      'selftests: skip: one',
      'selftests: skip: two',
      '',
      'Running tests in bpf',
      'selftests: test_maps [FAIL]',
      'selftests: android: run.sh [SKIP]',
      'selftests: test_odd [WHAT]',
    ].join('\n');
    const { results, rejects } = await readLog(log);
    expect(results.map((r) => `${r.outcome} ${r.test}`)).toEqual([
      'fail kselftest.bpf.test_maps',
      'skip kselftest.android.run.sh',
    ]);
    expect(rejects.map((r) => r.payload.line)).toEqual([8]);
  });

  it('does not lose a program whose verdict never came', async () => {
    const log =
      'TAP version 13\n1..2\n# selftests: a: b\n# ok 1 x\n# selftests: a: c\nKernel panic - not syncing: die\n';
    const { results, runs } = await readLog(log);
    expect(results.map((r) => `${r.outcome} ${r.test}`)).toEqual([
      'pass kselftest.a.b.x',
      'miss kselftest.a.b',
      'miss kselftest.a.c',
    ]);
    expect(runs[0]!.payload.crash).toMatchObject({ kind: 'panic', line: 6 });
  });

  it('keeps what looks like a result and is damaged', async () => {
    const { rejects } = await readLog(
      'ok 1 fine\nNot ok 2 case\not ok 3 selftests: a: b # exit=1\nok3 glued\nftests: x: y [FAIL]\n',
    );
    expect(rejects.map((r) => r.payload.line)).toEqual([2, 3, 4, 5]);
    expect(rejects[0]!.payload).toMatchObject({ format: 'ktap', excerpt: 'Not ok 2 case' });
  });
});

describe('KUnit and TAP', () => {
  it('reads suites behind kernel time stamps, with messages of the kernel between and inside lines', async () => {
    const log = [
      '[    0.060000][    T1] KTAP version 1',
      '[    0.060000][    T1] 1..2',
      '[    0.060000][    T1]     KTAP version 1',
      '[    0.060000][    T1]     # Subtest: suite-a',
      '[    0.060000][    T1]     1..2',
      '[    0.060000][    T1]     ok 1 first[    0.061234] loop0: detected',
      '[    0.060001] random: crng init done',
      '[    0.060000][    T1]     not ok 2 second',
      '[    0.060000][    T1] not ok 1 suite-a',
      '[    0.060000][    T1]     KTAP version 1',
      '[    0.060000][    T1]     # Subtest: suite-b',
      '[    0.060000][    T1]     1..2',
      '[    0.060000][    T1]     ok 1 third # SKIP',
    ].join('\r\n');
    expect(await outcomesOf(log)).toEqual([
      'pass kunit.suite-a.first',
      'fail kunit.suite-a.second',
      'skip kunit.suite-b.third',
      'miss kunit.suite-b.test_2',
      'miss kunit.test_2',
    ]);
  });

  it('counts a suite that failed although no case did', async () => {
    expect(
      await outcomesOf('KTAP version 1\n1..1\n  KTAP version 1\n  1..1\n  ok 1 c\nnot ok 1 s\n'),
    ).toEqual(['pass kunit.s.c', 'fail kunit.s']);
  });

  it('knows the directives', async () => {
    const log = [
      'TAP version 13',
      '1..8',
      'not ok 1 - a # TODO later',
      'ok 2 - b # todo',
      'ok 3 c #skip',
      'ok 4 d # XFAIL',
      'not ok 5 e # ERROR broke',
      'not ok 6 f # odd',
      'ok 7 \\# SKIP is no directive',
    ].join('\n');
    expect(await outcomesOf(log)).toEqual([
      'xfail a',
      'xpass b',
      'skip c',
      'xfail d',
      'error e',
      'fail f_odd',
      'pass SKIP_is_no_directive',
      'miss test_8',
    ]);
  });

  it('does not read results inside a YAML block, and keeps it with the failure', async () => {
    const log =
      'TAP version 14\n1..2\nnot ok 1 a\n  ---\n  message: ok\n  found: |\n    ok 2 no\n  ...\nok 2 b\n';
    const { results } = await readLog(log);
    expect(results.map((r) => r.test)).toEqual(['a', 'b']);
    expect(results[0]!.excerpt).toContain('message: ok');
  });

  it('says that a run bailed out', async () => {
    const { results } = await readLog('1..3\nok 1\nBail out! no disk\n');
    expect(results.map((r) => `${r.outcome} ${r.reason ?? ''}`)).toEqual([
      'pass ',
      'error Bail out! no disk',
      'miss Bail out! no disk',
    ]);
  });
});

describe('KUnit before KTAP', () => {
  it('is told from other TAP 14 by where it names a suite', async () => {
    const kunit = 'TAP version 14\n1..1\n    # Subtest: list\n    1..1\n    ok 1 - add\nok 1 - list\n';
    expect(await outcomesOf(kunit)).toEqual(['pass kunit.list.add']);
    const node =
      'TAP version 14\n# Subtest: list\n    # Subtest: inner\n        ok 1 - add\n    ok 1 - inner\n    1..1\nok 1 - list\n1..1\n';
    expect(await outcomesOf(node)).toEqual(['pass list.inner.add']);
    const old = 'TAP version 14\n    # Subtest: list\n    ok 1 - add\n    1..1\nok 1 - list\n1..1\n';
    expect(await outcomesOf(old)).toEqual(['pass list.add']);
  });

  it('without version and number is a result by its dash', async () => {
    expect(await outcomesOf('not ok - one\nok - two\nok, the board is up\n')).toEqual([
      'fail one',
      'pass two',
    ]);
  });
});

describe('the run', () => {
  const boot =
    '[    0.000000] Linux version 6.18.44 (b@h) (aarch64-linux-gnu-gcc (GCC) 13, GNU ld 2.4) #1 SMP\n';

  it('takes release and architecture from the banner; hints fill in the rest', async () => {
    const hints = {
      origin: 'lab',
      release: '6.1',
      arch: 'x86_64',
      config: 'defconfig',
      selftests: '6.3',
      knownAt: '2026-04-22',
    };
    const { runs } = await readLog(`${boot}ok 1 a\n`, hints);
    expect(runs[0]).toMatchObject({ knownAt: '2026-04-22', locator: 'x.log:2' });
    // What the log says itself is not stated of it a second time: only the configuration makes it another run.
    const streamOf = async (more: object, text = `${boot}ok 1 a\n`) =>
      (await readLog(text, { origin: 'lab', ...more })).runs[0]!.stream;
    expect(await streamOf({})).toBe(`run/lab/${runs[0]!.source.replace('sha256:', '')}`);
    expect(await streamOf({ release: '6.1', arch: 'x86_64' })).toBe(await streamOf({}));
    expect(runs[0]!.stream).not.toBe(await streamOf({}));
    expect(await streamOf({ release: 'v6.1' }, 'ok 1 a\n')).not.toBe(
      await streamOf({ release: 'v6.2' }, 'ok 1 a\n'),
    );
    expect(runs[0]!.payload).toMatchObject({
      origin: 'lab',
      kernel: '6.18.44',
      release: 'v6.18.44',
      arch: 'arm64',
      config: 'defconfig',
      selftests: 'v6.3',
    });
    expect((await readLog('ok 1 a\n', hints)).runs[0]!.payload.release).toBe('v6.1');
  });

  it('is known since the last time that a console or a CI puts before a line', async () => {
    const of = async (...lines: readonly string[]) =>
      (await readLog(lines.join('\n'), { knownAt: '2030-01-01' })).runs.map((run) => run.knownAt);
    expect(
      await of(
        '2026-04-22T10:00:19.5Z ok 1 a',
        '[2026-04-22T12:00:20+02:00] ok 2 b',
        '# 2001-01-01 00:00:00 x',
      ),
    ).toEqual(['2026-04-22T10:00:20Z']);
    expect(await of('2026-04-22 23:17:30 make run_tests', 'ok 1 a')).toEqual(['2026-04-22']);
    expect(await of('[    2.026000] ok 1 a')).toEqual(['2030-01-01']);
  });

  it('reads the names of other kernels', async () => {
    const of = async (name: string) =>
      (await readLog(`Linux version ${name} (x)\nok 1 a\n`)).runs[0]!.payload;
    expect(await of('5.7.0-rc6-next-20200518')).toMatchObject({ release: 'next-20200518' });
    expect(await of('4.14.0-rc3-00320-g076264ada9a3')).toMatchObject({ commit: '076264ada9a3' });
    expect(await of('6.1.132-rc2')).toMatchObject({ release: 'v6.1.132-rc2' });
  });

  it('begins another run with every boot', async () => {
    const { runs } = await readLog(`${boot}ok 1 a\n${boot}not ok 1 a\n`);
    expect(runs.map((r) => r.payload.results.map((x) => [x.outcome, x.occurrence]))).toEqual([
      [['pass', undefined]],
      [['fail', undefined]],
    ]);
    expect(runs[1]!.stream).toBe(`${runs[0]!.stream}/2`);
  });

  it('an oops is a crash only if nothing comes after it', async () => {
    const oops = '[   10.000000] Internal error: Oops: 96000004 [#1] SMP\n';
    expect((await readLog(`ok 1 a\n${oops}`)).runs[0]!.payload.crash?.kind).toBe('oops');
    expect((await readLog(`ok 1 a\n${oops}ok 2 b\n`)).runs[0]!.payload).not.toHaveProperty('crash');
    const panic = 'Kernel panic - not syncing: Fatal exception\n';
    const { runs } = await readLog(`ok 1 a\n${oops}${panic}${oops}${panic}`);
    expect(runs[0]!.payload.crash).toMatchObject({ kind: 'panic', line: 3 });
  });

  it('tells a large run in parts', async () => {
    const log = Array.from({ length: 45_000 }, (_, i) => `ok ${i + 1} t${i}`).join('\n');
    const { runs } = await readLog(log);
    expect(runs.map((r) => [r.payload.part, r.payload.results.length])).toEqual([
      [1, 20_000],
      [2, 20_000],
      [3, 5_000],
    ]);
    expect(new Set(runs.map((r) => r.stream)).size).toBe(3);
  });

  it('takes colours and console prefixes off', async () => {
    const log = [
      '\u001B[32mok 1 green\u001B(B\u001B[m',
      '2026-04-22T10:00:19.123456Z ok 2 stamped',
      '<6>[  12.345678] [T1] ok 3 levelled',
      'Nov 23 12:00:00 host kernel: [  12.345678] not ok 4 sys',
      '[Wed Apr 22 10:00:19 2026] ok 5 dmesg -T',
      'kern  :info  : [  12.345678] ok 6 dmesg -x',
      '2026-04-22T10:00:19+02:00 host run.sh[812]: not ok 7 journal',
      '10:00:19.123 ok 8 clock',
      '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a.b RESULT=pass>',
    ].join('\n');
    expect(await outcomesOf(log)).toEqual([
      'pass green',
      'pass stamped',
      'pass levelled',
      'fail sys',
      'pass dmesg_-T',
      'pass dmesg_-x',
      'fail journal',
      'pass clock',
    ]);
  });

  it('refuses what has nothing of TAP in it, and warns of a log without results', async () => {
    await expect(readLog('hello\nworld\n')).rejects.toThrow(InputError);
    expect((await readLog('TAP version 13\n')).warnings).toEqual(['the log has no test result']);
  });
});

describe('telling the format', () => {
  const cases: [string, string, (score: number) => boolean][] = [
    ['a kselftest log', RUNNER, (s) => s > 0.9],
    ['a boot log', boot(), (s) => s >= 0.3 && s < 0.7],
    ['XML', '<?xml version="1.0"?>\n<testsuite>ok 1 a\nok 2 b', (s) => s === 0],
    ['JSON', '{"a": "1"}', (s) => s === 0],
    ['prose', 'All is ok here.\n', (s) => s === 0],
    ['prose that quotes one', 'What I saw:\nok 9 - x\nis from last year.\n', (s) => s === 0],
    ['one result alone', '# why\nnot ok 9 - x\n  ---\n  a: 1\n  ...\n', (s) => s > 0],
    ['one of a console', '2026-04-22T10:00:19Z begin\n2026-04-22T10:00:20Z ok 9 - x\n', (s) => s > 0],
    ['a skip of all', 'nothing to do here\n1..0 # SKIP no device\n', (s) => s > 0],
  ];
  function boot(): string {
    return Array.from({ length: 30 }, (_, i) => `[    0.0000${10 + i}] thing ${i}`).join('\n');
  }
  it.each(cases)('%s', (_, text, holds) => {
    expect(ktapImporter.sniff(text, 'x')).toSatisfy(holds);
  });
});
