import { afterAll, describe, expect, it } from 'vitest';
import type { HistoryDocument } from '../../queries/results/test-history.ts';
import { byLastName, ComparedBuilds } from '../support/compared-builds.ts';

const builds = new ComparedBuilds();
afterAll(() => {
  builds.remove();
});

const INNER = {
  P: '',
  F: '<failure/>',
  E: '<error/>',
  S: '<skipped type="pytest.skip" message="no device"/>',
  X: '<skipped type="pytest.xfail" message="a bug with a number"/>',
} as const;
type Letter = keyof typeof INNER;

/** A report with a test case for each test and letter; `-` leaves it out. */
const report = (tests: Readonly<Record<string, Letter | '-'>>): string =>
  `<testsuite name="s">${Object.entries(tests)
    .map(([name, letter]) =>
      letter === '-' ? '' : `<testcase classname="s" name="${name}">${INNER[letter]}</testcase>`,
    )
    .join('')}</testsuite>`;

/** Releases in a row, and of each a report of the tests whose letter stands at its place. */
function row(tests: Readonly<Record<string, string>>) {
  const length = Math.max(...Object.values(tests).map((letters) => letters.length));
  const names = Array.from({ length }, (_, index) => `v5.${index}`);
  const releases = names.map(
    (name, i) =>
      `  - { release: "${name}", line: mainline, source: eve${i === 0 ? '' : `, predecessor: "v5.${i - 1}"`} }`,
  );
  const files = {
    'releases.yaml': `dataset: a\nsources:\n  eve: { cite: "<eve@example.org>", by: Eve, known: "2021-01-01" }\nlines:\n  - { line: mainline, source: eve }\nreleases:\n${releases.join('\n')}\n`,
    ...Object.fromEntries(
      names.map((name, at) => [
        `${name}.xml`,
        report(
          Object.fromEntries(
            Object.entries(tests).map(([test, letters]) => [test, (letters[at] ?? '-') as Letter | '-']),
          ),
        ),
      ]),
    ),
  };
  return {
    files,
    imports: [['releases.yaml'], ...names.map((name) => [`${name}.xml`, '--release', name])],
  };
}

describe('what is expected of a push that is compared with the tree that it is put on', () => {
  it("WebKit's EWS: what fails in both runs of a patch and not without it is new; what fails in one of them is flaky", () => {
    const files = {
      'clean.xml': report({ mine: 'P', known: 'F', once: 'P', other: 'P', both: 'F', mended: 'F' }),
      'first.xml': report({ mine: 'F', known: 'F', once: 'F', other: 'P', both: 'F', mended: 'P' }),
      'second.xml': `${report({ mine: 'F', known: 'F', once: 'P', other: 'F', both: 'P', mended: 'P' })}<!-- again -->`,
    };
    const imports = [
      ['clean.xml', '--release', 'v1'],
      ['first.xml', '--release', 'v2'],
      ['second.xml', '--release', 'v2'],
    ];
    expect(byLastName(builds.compared(files, imports, 'v1', 'v2'))).toEqual({
      mine: 'regression',
      known: 'still-failing',
      once: 'flaky',
      other: 'flaky',
      both: 'flaky',
      mended: 'fixed',
    });
  });

  it('mozci: whoever pushed between the last pass and the first failure may have done it', () => {
    const { files, imports } = row({
      next: 'PF--',
      between: 'P--F',
      passed: 'PP-F',
      before: 'FF-F',
      never: '--FF',
      again: 'FPF-',
      once: 'PFPP',
    });
    const { tests } = builds.asked(files, imports, 'history', '*') as HistoryDocument;
    const broke = tests.map(({ test, lanes }): [string, readonly string[]] => [
      test.split('.').at(-1)!,
      lanes.flatMap(({ turns }) =>
        turns.filter(({ kind }) => kind === 'broke').map(({ from, to }) => `${from}..${to}`),
      ),
    ]);
    expect(Object.fromEntries(broke)).toEqual({
      next: ['v5.0..v5.1'],
      between: ['v5.0..v5.3'],
      passed: ['v5.1..v5.3'],
      before: [],
      never: [],
      again: ['v5.1..v5.2'],
      once: ['v5.0..v5.1'],
    });
  });

  it("LLVM's premerge advisor: what fails at the base is no news; one that passed since is a regression here", () => {
    const { files, imports } = row({ atBase: 'PFF', missing: 'F-F', since: 'FPF', clean: 'PPF' });
    expect(byLastName(builds.compared(files, imports, 'v5.1', 'v5.2'))).toEqual({
      atBase: 'still-failing',
      missing: 'still-failing',
      since: 'regression',
      clean: 'regression',
    });
  });

  it('pytest: an expected failure is a known issue, also after a pass, and its pass a fix; skips and errors of fixtures say nothing', () => {
    const { files, imports } = row({
      expected: 'PX',
      worse: 'XF',
      mended: 'XP',
      skipped: 'FS',
      fixture: 'PE',
      strict: 'PF',
    });
    expect(byLastName(builds.compared(files, imports, 'v5.0', 'v5.1'))).toEqual({
      expected: 'known-issue',
      worse: 'still-failing',
      mended: 'fixed',
      skipped: 'inconclusive',
      fixture: 'inconclusive',
      strict: 'regression',
    });
    const verdict = builds.asked(
      files,
      imports,
      ...['check', '--release', 'v5.1', '--baseline', 'v5.0', '--tests', '*'],
    ) as Record<'reasons' | 'known', readonly { test: string; reason: string }[]>;
    const told = (findings: readonly { test: string; reason: string }[]) =>
      byLastName(Object.fromEntries(findings.map(({ test, reason }) => [test, reason])));
    expect(told(verdict.reasons)).toEqual({
      skipped: 'unknown',
      fixture: 'unknown',
      strict: 'new-regression',
    });
    expect(told(verdict.known)).toEqual({ expected: 'known-issue', worse: 'fails' });
  });

  it("OpenShift's aggregator: Fisher's exact test against the rate that a test had, though it lets two failures pass", () => {
    const rates = {
      steady: [250, 0, 8, 2],
      good: [238, 12, 7, 3],
      bad: [238, 12, 6, 4],
      half: [175, 75, 2, 8],
    };
    const submission = (n: 0 | 1) =>
      JSON.stringify({
        version: { major: 5, minor: 3 },
        checkouts: [{ id: `ci:c${n}`, origin: 'ci', git_commit_name: `v6.${n}` }],
        builds: [
          { id: `ci:b${n}`, origin: 'ci', checkout_id: `ci:c${n}`, architecture: 'arm64', status: 'PASS' },
        ],
        tests: Object.entries(rates).flatMap(([path, counts]) =>
          (['PASS', 'FAIL'] as const).flatMap((status, side) =>
            Array.from({ length: counts[2 * n + side]! }, (_, i) => ({
              ...{ id: `ci:${n}${path}${status}${i}`, origin: 'ci', build_id: `ci:b${n}`, path, status },
            })),
          ),
        ),
      });
    const files = { 'a.json': submission(0), 'b.json': submission(1) };
    expect(builds.compared(files, [['a.json'], ['b.json']], 'v6.0', 'v6.1')).toEqual({
      steady: 'regression',
      good: 'flaky',
      bad: 'regression',
      half: 'regression',
    });
  });
});
