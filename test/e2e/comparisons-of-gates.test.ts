import { afterAll, describe, expect, it } from 'vitest';
import { ComparedBuilds } from '../support/compared-builds.ts';
import type { CheckTestsDocument } from '../../queries/results/check-tests.ts';

const builds = new ComparedBuilds();
afterAll(() => {
  builds.remove();
});

type Outcome = 'pass' | 'fail' | 'skip' | 'none' | 'lost';

/** A log of tests, each with an outcome; `none` is not in it, `lost` is planned and never comes. */
function tap(cases: Readonly<Record<string, Outcome>>): string {
  const there = Object.entries(cases).filter(([, outcome]) => outcome !== 'none');
  const lines = there.map(([name, outcome], index) =>
    outcome === 'lost'
      ? []
      : [
          `${outcome === 'fail' ? 'not ok' : 'ok'} ${index + 1} selftests: suite: ${name}${outcome === 'skip' ? ' # SKIP no device' : ''}`,
        ],
  );
  return ['TAP version 13', `1..${there.length}`, ...lines.flat(), ''].join('\n');
}

/** The verdicts on tests of a build against one before: the reason for which each fails the check, or is let through. */
function gated(
  before: Readonly<Record<string, Outcome>>,
  after: Readonly<Record<string, Outcome>>,
): Readonly<Record<string, string>> {
  const files = { 'a.log': tap(before), 'b.log': tap(after) };
  const { reasons, known } = builds.asked(
    files,
    [
      ['a.log', '--release', 'build-1'],
      ['b.log', '--release', 'build-2'],
    ],
    ...['check', '--release', 'build-2', '--baseline', 'build-1', '--tests', '*'],
  ) as CheckTestsDocument;
  const last = (name: string | null) => name!.split('.').at(-1)!;
  return Object.fromEntries([
    ...Object.keys(before).map((name) => [name, 'passes'] as const),
    ...reasons.map((r) => [last(r.test), r.reason] as const),
    ...known.map((r) => [last(r.test), `known: ${r.reason}`] as const),
  ]);
}

describe('what tools that let changes in or keep them out expect of a comparison', () => {
  it("Debian's britney: a package goes in where its test fares no worse than before", () => {
    const cases: Readonly<Record<string, readonly [Outcome, Outcome, string]>> = {
      'pass-to-pass': ['pass', 'pass', 'passes'],
      'pass-to-fail': ['pass', 'fail', 'new-regression'],
      'neutral-to-fail': ['skip', 'fail', 'new-failure'],
      // ALWAYSFAIL, which keeps nothing out.
      'fail-to-fail': ['fail', 'fail', 'known: fails'],
      'fail-to-pass': ['fail', 'pass', 'passes'],
      // RUNNING: it waits for the result.
      'pass-to-new': ['pass', 'none', 'unknown'],
      // NEUTRAL, which britney lets in; here what is unknown is no pass.
      'pass-to-neutral': ['pass', 'skip', 'unknown'],
      // RUNNING-ALWAYSFAIL: britney does not wait, for it cannot get worse; here somebody has to look.
      'fail-to-new': ['fail', 'none', 'unknown'],
      // RUNNING: britney waits; here it said nothing before either.
      'neutral-to-new': ['skip', 'none', 'known: unknown'],
    };
    const side = (index: 0 | 1) =>
      Object.fromEntries(Object.entries(cases).map(([name, sides]) => [name, sides[index]]));
    expect(gated(side(0), side(1))).toEqual(
      Object.fromEntries(Object.entries(cases).map(([name, sides]) => [name, sides[2]])),
    );
  });

  it('LUCI lets in what was exonerated; here it says nothing, and that is no pass', () => {
    const exonerated = ['failed', 'flaky', 'skipped'];
    const files = {
      'a.log': tap({ failed: 'pass', flaky: 'pass', skipped: 'pass', mixed: 'pass', gone: 'pass' }),
      'b.log': tap({ failed: 'fail', flaky: 'fail', skipped: 'skip', mixed: 'fail', gone: 'none' }),
      'c.log': tap({ flaky: 'pass', mixed: 'pass' }),
      'exonerated.yaml': `dataset: exonerated
sources:
  ci: { cite: "<ci@example.org>", by: CI, known: "2020-01-01" }
attributed:
${exonerated.map((test) => `  - { key: ${test}, test: kselftest.suite.${test}, releases: [build-2], cause: other-cause, why: fails without the patch too, source: ci }\n`).join('')}`,
      'releases.yaml': `dataset: builds
sources:
  ci: { cite: "<ci@example.org>", by: CI, known: "2020-01-01" }
lines:
  - { line: mainline, source: ci }
releases:
  - { release: build-1, line: mainline, source: ci }
  - { release: build-2, line: mainline, predecessor: build-1, source: ci }
`,
    };
    const { reasons, known } = builds.asked(
      files,
      [
        ['releases.yaml'],
        ['a.log', '--release', 'build-1'],
        ['b.log', '--release', 'build-2'],
        ['c.log', '--release', 'build-2'],
        ['exonerated.yaml'],
      ],
      ...['check', '--release', 'build-2', '--baseline', 'build-1', '--tests', '*'],
    ) as CheckTestsDocument;
    expect(Object.fromEntries(reasons.map((r) => [r.test!.split('.').at(-1)!, r.reason]))).toEqual({
      failed: 'unknown',
      flaky: 'unknown',
      skipped: 'unknown',
      gone: 'unknown',
    });
    expect(known.map((r) => [r.test, r.reason])).toEqual([['kselftest.suite.mixed', 'flaky']]);
  });
});

/** Test cases of JUnit, by suite; `flaky` fails and passes in one build. */
function junit(cases: Readonly<Record<string, string>>): string {
  const inside = Object.entries(cases).map(([name, content]) => {
    const [suite, test] = name.split(' ');
    return `<testcase classname="${suite}" name="${test}">${content}</testcase>`;
  });
  return `<?xml version="1.0"?><testsuites><testsuite name="s">${inside.join('')}</testsuite></testsuites>`;
}

const FAILS = '<failure><![CDATA[it failed]]></failure>';
const SKIPS = '<skipped message="Unsupported configuration"/>';

function classes(before: string, after: string): Readonly<Record<string, string>> {
  const found = builds.compared(
    { 'a.xml': before, 'b.xml': after },
    [
      ['a.xml', '--release', 'build-1'],
      ['b.xml', '--release', 'build-2'],
    ],
    'build-1',
    'build-2',
  );
  return Object.fromEntries(
    Object.entries(found).map(([name, kind]) => [name.split('.').slice(-2).join(' '), kind]),
  );
}

describe('what tools that compare two compilers or browsers expect', () => {
  it('crater: a crate that is built and tested is two tests, of which the first decides whether there is a second', () => {
    const crates: Readonly<Record<string, readonly [build: string, test: string]>> = {
      'test-pass': ['', ''],
      'test-fail': ['', FAILS],
      'test-skipped': ['', SKIPS],
      'build-fail': [FAILS, SKIPS],
    };
    const pairs = Object.keys(crates).flatMap((from) => Object.keys(crates).map((to) => [from, to] as const));
    const side = (index: 0 | 1) =>
      junit(
        Object.fromEntries(
          pairs.flatMap(([from, to]) => {
            const [build, test] = crates[index === 0 ? from : to]!;
            return [
              [`${from}-to-${to} build`, build],
              [`${from}-to-${to} test`, test],
            ];
          }),
        ),
      );
    const found = classes(side(0), side(1));
    /** The worst of both, as a crate is called. */
    const worst = (pair: readonly [string, string]) => {
      const kinds = ['build', 'test'].map((what) => found[`${pair.join('-to-')} ${what}`]!);
      const order = [
        'regression',
        'fixed',
        'new-failure',
        'still-failing',
        'inconclusive',
        'new-pass',
        'still-passing',
      ];
      return order.find((kind) => kinds.includes(kind));
    };
    // `regressed` and `fixed` as crater has them, for every pair that crater compares.
    for (const pair of pairs) {
      const [from, to] = pair;
      const rank = (crate: string) => ['build-fail', 'test-fail', 'test-pass'].indexOf(crate);
      if (from === to || ([from, to].includes('test-skipped') && ![from, to].includes('build-fail')))
        continue;
      const isWorse = to === 'build-fail' || (rank(to) >= 0 && rank(from) >= 0 && rank(to) < rank(from));
      expect([pair, worst(pair)]).toEqual([pair, isWorse ? 'regression' : 'fixed']);
    }
    expect(worst(['test-fail', 'test-fail'])).toBe('still-failing');
    expect(worst(['build-fail', 'build-fail'])).toBe('still-failing');
    // Crater cannot compare these and stops.
    expect(worst(['test-pass', 'test-skipped'])).toBe('inconclusive');
    expect(worst(['test-skipped', 'test-fail'])).toBe('new-failure');
  });

  it("lit's reports: what passes or fails as expected, again or too late comes as JUnit has it", () => {
    const before = junit({
      'd pass': '',
      'd xfail': '',
      'd xpass': '',
      'd gone': '',
      'd unresolved': '',
    });
    const after = junit({
      'd pass': '',
      // XFAIL is a bare test case there: a pass.
      'd xfail': '',
      // XPASS is a failure there.
      'd xpass': FAILS,
      // UNSUPPORTED, EXCLUDED and SKIPPED.
      'd gone': SKIPS,
      // UNRESOLVED and TIMEOUT are failures.
      'd unresolved': FAILS,
    });
    expect(classes(before, after)).toEqual({
      'd pass': 'still-passing',
      'd xfail': 'still-passing',
      'd xpass': 'regression',
      'd gone': 'inconclusive',
      'd unresolved': 'regression',
    });
  });

  it('wpt.fyi: of the subtests of a file it counts those that pass more, those that fail more and how many there are', () => {
    type File = Readonly<Record<string, 'pass' | 'fail'>>;
    const files: Readonly<Record<string, readonly [File, File]>> = {
      same: [
        { a: 'pass', b: 'fail' },
        { a: 'pass', b: 'fail' },
      ],
      'now-passing': [{ a: 'fail' }, { a: 'pass' }],
      'now-failing': [
        { a: 'pass', b: 'pass' },
        { a: 'fail', b: 'pass' },
      ],
      'added-passing': [{ a: 'fail' }, { a: 'fail', b: 'pass' }],
      'added-failing': [{ a: 'pass' }, { a: 'pass', b: 'fail' }],
      removed: [{ a: 'fail', b: 'pass' }, { a: 'fail' }],
    };
    const side = (index: 0 | 1) =>
      junit(
        Object.fromEntries(
          Object.entries(files).flatMap(([file, sides]) =>
            Object.entries(sides[index]).map(([sub, outcome]) => [
              `${file} ${sub}`,
              outcome === 'fail' ? FAILS : '',
            ]),
          ),
        ),
      );
    const found = classes(side(0), side(1));
    /** Passing more, failing more, and by how many there are more, as wpt.fyi writes it. */
    const delta = (file: string) => {
      const kinds = Object.entries(found).flatMap(([name, kind]) =>
        name.startsWith(`${file} `) ? [kind] : [],
      );
      const count = (...some: readonly string[]) => kinds.filter((kind) => some.includes(kind)).length;
      const [come, gone] = [count('new-pass', 'new-failure', 'appeared'), count('disappeared')];
      return [count('fixed', 'new-pass'), count('regression', 'new-failure'), come - gone];
    };
    expect(Object.keys(files).map((file) => [file, delta(file)])).toEqual([
      ['same', [0, 0, 0]],
      ['now-passing', [1, 0, 0]],
      ['now-failing', [0, 1, 0]],
      ['added-passing', [1, 0, 1]],
      ['added-failing', [0, 1, 1]],
      // It calls that regressed as well; here it is `disappeared`, whatever it was.
      ['removed', [0, 0, -1]],
    ]);
  });
});
