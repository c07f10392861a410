import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeClasses, CLASSES } from '../../queries/results/change-classes.ts';
import type { SeenResult } from '../../queries/outcomes/seen-result.ts';
import { outcomes, type Outcome } from '../../store/events/observation.ts';

const result = (test: string, outcome: Outcome, more: Partial<SeenResult> = {}): SeenResult => ({
  test,
  outcome,
  arch: 'riscv',
  config: null,
  platform: null,
  origin: 'ci',
  address: `${test}#${outcome}`,
  ...more,
});
const version = (name: string, ...results: readonly SeenResult[]) => ({ name, results });
const classOf = (before: readonly Outcome[], after: readonly Outcome[], history: readonly Outcome[] = []) =>
  changeClasses(
    version('a', ...before.map((o) => result('t', o))),
    version('b', ...after.map((o) => result('t', o))),
    history.map((o, i) => version(`h${i}`, result('t', o))),
  ).changes[0]?.class;

describe('change classes', () => {
  it.each([
    [['pass'], ['fail'], 'regression'],
    [['pass'], ['timeout'], 'regression'],
    [['fail'], ['pass'], 'fixed'],
    [['fail'], ['fail'], 'still-failing'],
    [[], ['fail'], 'new-failure'],
    [[], ['pass'], 'new-pass'],
    [[], ['skip'], 'appeared'],
    [['fail'], [], 'disappeared'],
    [['pass'], ['pass'], 'still-passing'],
    [['fail'], ['skip'], 'inconclusive'],
    [['pass'], ['error'], 'inconclusive'],
    [['pass'], ['pass', 'fail'], 'flaky'],
    [['pass', 'fail'], ['fail'], 'flaky'],
    [['pass', 'fail'], ['pass'], 'still-passing'],
    [['xfail'], ['pass'], 'fixed'],
    [['xfail'], ['xfail'], 'known-issue'],
    [['pass'], ['xfail'], 'known-issue'],
    [['xfail'], ['fail'], 'still-failing'],
    [['pass'], ['xfail', 'fail'], 'regression'],
  ] as const)('%j, then %j: %s', (before, after, expected) => {
    expect(classOf(before, after)).toBe(expected);
  });

  it('tells a flaky test from a broken one by its rate, with the chance that the rate is what it was', () => {
    const times = (n: number, outcome: Outcome) => Array.from({ length: n }, () => outcome);
    const usual = [...times(18, 'pass'), ...times(2, 'fail')];
    expect(classOf(usual, ['fail'])).toBe('flaky');
    expect(classOf(usual, times(6, 'fail'))).toBe('regression');
    expect(classOf(usual, [...times(9, 'pass'), 'fail'])).toBe('flaky');
    // Failing nine times in ten is a new thing for a test that failed once in ten; never failing is not.
    expect(classOf(usual, [...times(1, 'pass'), ...times(9, 'fail')])).toBe('regression');
    expect(classOf(usual, times(10, 'pass'))).toBe('still-passing');
    expect(classOf([...times(2, 'pass'), ...times(18, 'fail')], times(10, 'pass'))).toBe('fixed');
    const { changes } = changeClasses(
      version('a', ...usual.map((o) => result('t', o))),
      version('b', result('t', 'fail')),
    );
    expect(changes[0]!.flaky!.usual).toEqual({ good: 18, bad: 2, inconclusive: 0 });
    // One failure: 3 of the 21 runs failed, and one of them was drawn.
    expect(changes[0]!.flaky!.chance).toBeCloseTo(3 / 21, 9);
    // A fault and its repair, version by version, is not flaky.
    expect(classOf(['pass'], ['fail'], ['fail', 'pass'])).toBe('regression');
  });

  it('looks behind a missing or inconclusive run, so that it hides no regression', () => {
    expect(classOf([], ['fail'], ['pass'])).toBe('regression');
    expect(classOf(['skip'], ['fail'], ['error', 'pass'])).toBe('regression');
    expect(classOf(['miss'], ['pass'], ['fail'])).toBe('fixed');
    const { changes } = changeClasses(version('a'), version('b', result('t', 'fail')), [
      version('older', result('t', 'pass')),
    ]);
    expect(changes[0]).toMatchObject({ beforeAt: 'older', evidence: ['t#pass', 't#fail'] });
  });

  it('filters identities before pairing: another architecture is another test', () => {
    const a = version('a', result('t', 'pass', { arch: 's390' }), result('t', 'fail'));
    const b = version('b', result('t', 'fail', { arch: 's390' }), result('t', 'pass'));
    const ask = (archs?: readonly string[]) =>
      changeClasses(a, b, [], archs ? { archs } : {}).changes.map((c) => [c.arch, c.class]);
    for (const name of ['s390', 's390x', 's*']) expect(ask([name])).toEqual([['s390', 'regression']]);
    expect(ask()).toEqual([
      ['s390', 'regression'],
      ['riscv', 'fixed'],
    ]);
    expect(changeClasses(a, b, [], { tests: ['x*'] }).changes).toEqual([]);
    expect(changeClasses(a, b, [], { tests: ['*'] }).changes).toHaveLength(2);
  });

  it('lets a known issue excuse a failure until the test has passed', () => {
    const known = result('t', 'fail', { knownIssue: 'always' });
    const after = (before: readonly SeenResult[]) =>
      changeClasses(version('a', ...before), version('b', known)).changes[0]!.class;
    expect(after([result('t', 'fail')])).toBe('known-issue');
    expect(after([])).toBe('known-issue');
    expect(after([result('t', 'pass')])).toBe('regression');
    // It passed once since, and has failed again: what was known of it then explains nothing, but what is stated of this version does.
    const again = (now: SeenResult) =>
      changeClasses(version('3', result('t', 'fail')), version('4', now), [
        version('2', result('t', 'pass')),
        version('1', result('t', 'fail')),
      ]).changes[0]!.class;
    expect(again(known)).toBe('still-failing');
    expect(again({ ...known, knownIssue: 'here' })).toBe('known-issue');
  });

  it('puts every test of either side into one class, and never calls the inconclusive a pass', () => {
    const side = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(...outcomes)), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(side, side, (before, after) => {
        const of = (list: typeof before) => list.map(([test, outcome]) => result(test, outcome));
        const { changes, counts } = changeClasses(version('1', ...of(before)), version('2', ...of(after)));
        const names = new Set([...before, ...after].map(([test]) => test));
        expect(changes.map((c) => c.test).sort()).toEqual([...names].sort());
        expect(CLASSES.reduce((n, c) => n + counts[c], 0)).toBe(changes.length);
        for (const c of changes) {
          if (c.class === 'fixed' || c.class === 'new-pass')
            expect([c.after.good > 0, c.after.bad]).toEqual([true, 0]);
          if (c.class === 'regression') expect(c.before.good > 0 && c.after.bad > 0).toBe(true);
        }
      }),
    );
  });
});
