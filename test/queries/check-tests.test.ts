import { describe, expect, it } from 'vitest';
import { checkTests, type CheckTestsOptions } from '../../queries/results/check-tests.ts';
import type { SeenResult } from '../../queries/outcomes/seen-result.ts';
import { outcomes, type Outcome } from '../../store/events/observation.ts';

type Tests = Readonly<Record<string, readonly Outcome[]>>;
const version = (name: string, tests: Tests) => ({
  name,
  results: Object.entries(tests).flatMap(([test, told]) =>
    told.map((outcome, index): SeenResult => ({
      ...{ test, arch: 'riscv', config: null, platform: null, origin: 'ci' },
      ...{ outcome, address: `${name}-${test}#${index}` },
    })),
  ),
});

/** What a check says of each test: the reason for which it fails, or in brackets that for which it is known. */
function said(tests: Tests, before?: Tests, more: CheckTestsOptions = {}) {
  const found = checkTests(version('v2', tests), {
    ...(before === undefined ? {} : { baseline: version('v1', before) }),
    ...more,
  });
  return {
    ok: found.ok,
    passes: found.passes,
    says: Object.fromEntries([
      ...found.known.map((f) => [f.test ?? '', `(${f.reason})`]),
      ...found.reasons.map((f) => [f.test ?? '', f.reason]),
    ]) as Readonly<Record<string, string>>,
  };
}

describe('a check of tests', () => {
  it('fails for what is worse than at the baseline, each with its reason, and tells what is not', () => {
    const before: Tests = {
      ...{ broke: ['pass'], mended: ['fail'], ill: ['fail'], well: ['pass'], shaky: ['pass', 'fail'] },
      ...{ lost: ['pass'], 'lost-ill': ['fail'], skipped: ['pass'], idle: ['skip'], 'idle-lost': ['miss'] },
      ...{ stumbles: ['skip'], stumbled: ['error'] },
    };
    const after: Tests = {
      ...{
        broke: ['fail'],
        mended: ['pass'],
        ill: ['fail'],
        well: ['pass'],
        shaky: ['fail'],
        added: ['fail'],
      },
      ...{ skipped: ['skip'], idle: ['skip'], expected: ['xfail'], more: ['pass'] },
      ...{ stumbles: ['error'], stumbled: ['miss'], 'added-error': ['error'], 'added-skip': ['skip'] },
    };
    expect(said(after, before)).toEqual({
      ok: false,
      passes: 3,
      says: {
        ...{ broke: 'new-regression', added: 'new-failure', lost: 'unknown', 'lost-ill': 'unknown' },
        ...{ skipped: 'unknown', ill: '(fails)', shaky: '(flaky)', expected: '(known-issue)' },
        // They said nothing there either.
        ...{ idle: '(unknown)', 'idle-lost': '(unknown)', stumbled: '(unknown)', 'added-skip': '(unknown)' },
        // It broke off, which it did not there: that is no skip.
        ...{ stumbles: 'unknown', 'added-error': 'unknown' },
      },
    });
  });

  it('fails for every failure where no baseline is given, and for what says nothing', () => {
    const history = [version('v1', { known: ['pass'], fails: ['fail'], gone: ['pass'] })];
    const found = said({ known: ['fail'], fails: ['fail'], idle: ['skip'], fine: ['pass'] }, undefined, {
      history,
    });
    // What earlier versions have and this one has not is no matter of this one.
    expect(found).toEqual({
      ok: false,
      passes: 1,
      says: { known: 'fails', fails: 'fails', idle: 'unknown' },
    });
  });

  it('asks versions before the baseline, so that a missing run there hides no regression', () => {
    const history = [version('v0', { hidden: ['pass'] })];
    expect(said({ hidden: ['fail'], a: ['pass'] }, { hidden: ['skip'] }, { history }).says).toEqual({
      hidden: 'new-regression',
    });
    expect(said({ hidden: ['skip'], a: ['pass'] }, { hidden: ['skip'] }, { history }).says).toEqual({
      hidden: 'unknown',
    });
  });

  it.each([
    ['no results', {}, {}],
    ['nothing but skips, as at the baseline', { a: ['skip'] }, { a: ['skip'] }],
    ['a filter that leaves nothing', { a: ['pass'] }, { a: ['pass'] }],
  ] as readonly (readonly [string, Tests, Tests])[])('never passes %s', (_, tests, before) => {
    const filter = tests.a?.[0] === 'pass' ? { filter: { archs: ['mips'] } } : {};
    const found = said(tests, before, filter);
    expect([found.ok, found.says['']]).toEqual([false, 'unknown']);
  });

  it('wants an outcome of each test that is asked for by name, at one place at least', () => {
    const named = ['a', 'b', 'c'];
    const found = said({ a: ['pass'], b: ['skip'] }, { a: ['pass'], b: ['skip'] }, { named });
    expect(found).toMatchObject({ ok: false, says: { b: 'unknown', c: 'unknown' } });
    expect(said({ a: ['pass'] }, { a: ['pass'] }, { named: ['a'] }).ok).toBe(true);
  });

  it.each(outcomes.flatMap((before) => outcomes.map((after) => [before, after] as const)))(
    'passes %s, then %s only where something passes and nothing is worse',
    (before, after) => {
      const good = ['pass', 'xpass'];
      const bad = ['fail', 'timeout', 'xfail'];
      const { ok, passes } = said({ t: [after] }, { t: [before] });
      expect(passes).toBe(good.includes(after) ? 1 : 0);
      const passed =
        good.includes(after) || after === 'xfail' || (bad.includes(after) && bad.includes(before));
      expect(ok).toBe(passed);
    },
  );
});
