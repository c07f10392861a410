import { describe, expect, it } from 'vitest';
import { outcomesOf, readLog } from './support.ts';

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
