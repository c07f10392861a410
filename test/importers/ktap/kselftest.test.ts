import { describe, expect, it } from 'vitest';
import { outcomesOf, readLog, RUNNER } from './support.ts';

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
