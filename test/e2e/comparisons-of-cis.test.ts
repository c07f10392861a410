import { afterAll, describe, expect, it } from 'vitest';
import { byLastName, ComparedBuilds } from '../support/compared-builds.ts';

const builds = new ComparedBuilds();
const compared = builds.compared.bind(builds);
afterAll(() => {
  builds.remove();
});

/** Files as SQUAD takes them: the tests of each run, by build, environment and run. */
const squadRuns = (runs: Readonly<Record<string, object>>) =>
  Object.fromEntries(
    Object.entries(runs).map(([path, tests]) => [`${path}/tests.json`, JSON.stringify(tests)]),
  );

describe('what CIs and their dashboards expect of a comparison of two builds', () => {
  it('SQUAD: pass to fail is a regression, fail and xfail to pass a fix, environment by environment', () => {
    const runs: Readonly<Record<string, object>> = {
      'v6.1/envA/1': { one: 'pass', two: 'pass', three: 'pass' },
      'v6.1/envB/2': { one: 'fail', two: 'skip', three: 'pass' },
      'v6.1/envC/3': { one: 'xfail', two: 'xfail', three: 'pass' },
      // The same bytes as of envB in the build before: another place is another run.
      'v6.2/envA/4': { one: 'fail', two: 'skip', three: 'pass' },
      'v6.2/envB/5': { one: 'pass', three: 'pass' },
      'v6.2/envC/6': { one: 'xfail', two: 'pass', three: 'pass' },
    };
    const files = squadRuns(runs);
    expect(compared(files, [['.']], 'v6.1', 'v6.2')).toEqual({
      'one envA': 'regression',
      'two envA': 'inconclusive',
      'three envA': 'still-passing',
      'one envB': 'fixed',
      'two envB': 'disappeared',
      'three envB': 'still-passing',
      'one envC': 'known-issue',
      'two envC': 'fixed',
      'three envC': 'still-passing',
    });
  });

  it("SQUAD's interface: builds by their own names; a failure with a known issue that passes is a fix", () => {
    const result = (name: string, status: string, build: string, known = false) => ({
      name,
      status,
      build,
      environment: 'qemu',
      has_known_issues: known,
    });
    const page = {
      count: 6,
      next: null,
      previous: null,
      results: [
        result('a', 'pass', '20260101'),
        result('c', 'fail', '20260101', true),
        result('e', 'pass', '20260101'),
        result('a', 'fail', '20260102'),
        result('c', 'pass', '20260102'),
        result('e', 'fail', '20260102', true),
      ],
    };
    expect(compared({ 'page.json': JSON.stringify(page) }, [['page.json']], '20260101', '20260102')).toEqual({
      'a qemu': 'regression',
      'c qemu': 'fixed',
      'e qemu': 'known-issue',
    });
  });

  it('SQUAD takes the last of several results of one build; here none is preferred, and the test is flaky', () => {
    const files = {
      'a.json': '{"a":"pass","b":"pass"}',
      'b1.json': '{"a":"pass","b":"pass"}',
      'b2.json': '{"a":"fail","b":"fail"}',
    };
    const imports = [
      ['a.json', '--release', 'v6.1'],
      ['b1.json', '--release', 'v6.2'],
      ['b2.json', '--release', 'v6.2'],
    ];
    expect(compared(files, imports, 'v6.1', 'v6.2')).toEqual({ a: 'flaky', b: 'flaky' });
  });

  it('SQUAD: several runs of one environment are one side of the comparison', () => {
    const runs: Readonly<Record<string, object>> = {
      'v6.1/here/1': { a: 'pass', b: 'pass' },
      'v6.1/here/2': { c: 'fail', 'd/e': 'pass' },
      'v6.1/there/3': { a: 'pass', c: 'fail' },
      'v6.2/here/4': { a: 'fail', b: 'pass' },
      'v6.2/here/5': { c: 'pass', 'd/e': 'pass' },
      'v6.2/there/6': { a: 'fail', c: 'pass' },
    };
    const files = squadRuns(runs);
    expect(compared(files, [['.']], 'v6.1', 'v6.2')).toEqual({
      'a here': 'regression',
      'b here': 'still-passing',
      'c here': 'fixed',
      'd.e here': 'still-passing',
      'a there': 'regression',
      'c there': 'fixed',
    });
  });

  it('piglit: what fails or fails no more; skipped, missing and broken off are neither', () => {
    const xml = (cases: Readonly<Record<string, string>>) =>
      `<testsuite name="piglit">${Object.entries(cases)
        .map(([name, inner]) => `<testcase name="${name}" classname="piglit">${inner}</testcase>`)
        .join('')}</testsuite>`;
    const files = {
      'one.xml': xml({
        foo: '',
        bar: '<failure/>',
        oink: '<failure/>',
        bonk: '<failure/>',
        bor: '<skipped/>',
        red: '<skipped/>',
        crash: '',
      }),
      'two.xml': xml({
        foo: '<failure/>',
        bar: '',
        oink: '<failure/>',
        tonk: '<error/>',
        red: '',
        crash: '<error/>',
      }),
    };
    const imports = [
      ['one.xml', '--release', 'v1.1'],
      ['two.xml', '--release', 'v1.2'],
    ];
    const found = compared(files, imports, 'v1.1', 'v1.2');
    expect(byLastName(found)).toEqual({
      foo: 'regression',
      bar: 'fixed',
      oink: 'still-failing',
      bonk: 'disappeared',
      bor: 'disappeared',
      red: 'new-pass',
      tonk: 'appeared',
      // An error says that the test did not come to an end, not what the kernel does.
      crash: 'inconclusive',
    });
  });

  it("KernelCI's tracker: a failure after a pass, whatever was missing between; not one after a failure", () => {
    const build = (n: number, test: string, status: string) => ({
      version: { major: 5, minor: 3 },
      checkouts: [
        { id: `ci:c${n}`, origin: 'ci', git_commit_hash: String(n).repeat(40), git_commit_name: `v6.${n}` },
      ],
      builds: [
        { id: `ci:b${n}`, origin: 'ci', checkout_id: `ci:c${n}`, architecture: 'arm64', status: 'PASS' },
      ],
      tests: [{ id: `ci:t${n}${test}`, origin: 'ci', build_id: `ci:b${n}`, path: test, status }],
    });
    const files = {
      'p1.json': JSON.stringify(build(1, 'login', 'PASS')),
      'q1.json': JSON.stringify(build(1, 'mount', 'FAIL')),
      'q2.json': JSON.stringify(build(2, 'login', 'ERROR')),
      'p2.json': JSON.stringify(build(2, 'mount', 'FAIL')),
      'p3.json': JSON.stringify(build(3, 'login', 'FAIL')),
      'q3.json': JSON.stringify(build(3, 'mount', 'FAIL')),
      'releases.yaml': `dataset: kernels
sources:
  lab: { cite: "<lab@example.org>", by: Lab, known: "2023-05-01" }

lines:
  - { line: mainline, source: lab }
releases:
  - { release: v6.1, line: mainline, source: lab }
  - { release: v6.2, line: mainline, predecessor: v6.1, source: lab }
  - { release: v6.3, line: mainline, predecessor: v6.2, source: lab }
`,
    };
    expect(compared(files, [['.']], 'v6.2', 'v6.3')).toEqual({ login: 'regression', mount: 'still-failing' });
  });

  it('openQA: what is known of a failure is carried over to the next, until the test has passed', () => {
    const runs: Readonly<Record<string, object>> = {
      'v6.1': { same: 'fail', again: 'fail', fresh: 'pass', plain: 'fail' },
      'v6.2': { same: 'fail', again: 'pass', fresh: 'fail', plain: 'fail' },
      'v6.3': { same: 'fail', again: 'fail', fresh: 'fail', plain: 'pass' },
      'v6.4': { same: 'fail', again: 'fail', fresh: 'fail', plain: 'fail' },
    };
    const sources = 'sources:\n  eve: { cite: "<eve@example.org>", by: Eve, known: "2021-01-01" }\n';
    const releases = Object.keys(runs).map(
      (name, i, all) =>
        `  - { release: "${name}", line: mainline, source: eve${i === 0 ? '' : `, predecessor: "${all[i - 1]!}"`} }`,
    );
    const bugs = ['same', 'again'].map(
      (test) =>
        `  - { key: ${test}, test: ${test}, cause: known-issue, why: a bug with a number, source: eve }`,
    );
    const files = {
      'releases.yaml': `dataset: a\n${sources}lines:\n  - { line: mainline, source: eve }\nreleases:\n${releases.join('\n')}\n`,
      'bugs.yaml': `dataset: b\n${sources}attributed:\n${bugs.join('\n')}\n`,
      ...Object.fromEntries(
        Object.entries(runs).map(([at, tests]) => [`results/${at}/qemu/1/tests.json`, JSON.stringify(tests)]),
      ),
    };
    const between = (from: string, to: string) =>
      compared(files, [['releases.yaml'], ['results'], ['bugs.yaml']], from, to);
    expect(between('v6.1', 'v6.2')).toMatchObject({
      'same qemu': 'known-issue',
      'again qemu': 'fixed',
      'fresh qemu': 'regression',
      'plain qemu': 'still-failing',
    });
    // Passed: the label is gone, and the failure after it has none.
    expect(between('v6.2', 'v6.3')).toMatchObject({ 'again qemu': 'regression', 'plain qemu': 'fixed' });
    expect(between('v6.3', 'v6.4')).toMatchObject({
      'same qemu': 'known-issue',
      'again qemu': 'still-failing',
      'plain qemu': 'regression',
    });
  });

  it("KernelCI's dashboard: its classes of two commits, but what is inconclusive is no regression and no fix", () => {
    const sides = ['PASS', 'FAIL', 'ERROR', null] as const;
    const test = (n: 1 | 2) =>
      sides.flatMap((a) =>
        sides.flatMap((b) => {
          const status = n === 1 ? a : b;
          const path = `${a ?? 'none'}-${b ?? 'none'}`;
          return status === null
            ? []
            : [{ id: `ci:t${n}${path}`, origin: 'ci', build_id: `ci:b${n}`, path, status }];
        }),
      );
    const submission = (n: 1 | 2) =>
      JSON.stringify({
        version: { major: 5, minor: 3 },
        checkouts: [
          { id: `ci:c${n}`, origin: 'ci', git_commit_hash: String(n).repeat(40), git_commit_name: `v6.${n}` },
        ],
        builds: [
          { id: `ci:b${n}`, origin: 'ci', checkout_id: `ci:c${n}`, architecture: 'arm64', status: 'PASS' },
        ],
        tests: test(n),
      });
    const files = { '1.json': submission(1), '2.json': submission(2) };
    expect(compared(files, [['1.json'], ['2.json']], 'v6.1', 'v6.2')).toEqual({
      'PASS-FAIL': 'regression',
      'FAIL-PASS': 'fixed',
      'FAIL-FAIL': 'still-failing',
      'PASS-PASS': 'still-passing',
      'none-FAIL': 'new-failure',
      'ERROR-FAIL': 'new-failure',
      'none-PASS': 'new-pass',
      'ERROR-PASS': 'new-pass',
      'none-ERROR': 'appeared',
      'PASS-none': 'disappeared',
      'FAIL-none': 'disappeared',
      'ERROR-none': 'disappeared',
      // A regression and a fix there.
      'PASS-ERROR': 'inconclusive',
      'FAIL-ERROR': 'inconclusive',
      'ERROR-ERROR': 'inconclusive',
    });
  });

  it("KernelCI's dashboard takes the worst of several results; here both outcomes count, and what is inconclusive beside them says nothing", () => {
    const sides = [
      {
        'pass and fail': ['PASS'],
        'pass and skip': ['PASS'],
        'fail and skip': ['PASS'],
        mended: ['FAIL', 'SKIP'],
      },
      {
        'pass and fail': ['PASS', 'FAIL'],
        'pass and skip': ['PASS', 'SKIP'],
        'fail and skip': ['MISS', 'FAIL'],
        mended: ['PASS'],
      },
    ];
    const submission = (n: number) =>
      JSON.stringify({
        version: { major: 5, minor: 3 },
        checkouts: [{ id: `ci:c${n}`, origin: 'ci', git_commit_name: `v6.${n}` }],
        builds: [
          { id: `ci:b${n}`, origin: 'ci', checkout_id: `ci:c${n}`, architecture: 'arm64', status: 'PASS' },
        ],
        tests: Object.entries(sides[n - 1]!).flatMap(([path, statuses]) =>
          statuses.map((status, i) => ({
            ...{ id: `ci:t${n}${path}${i}`, origin: 'ci', build_id: `ci:b${n}`, status },
            path: path.replaceAll(' ', '-'),
          })),
        ),
      });
    const files = { '1.json': submission(1), '2.json': submission(2) };
    expect(compared(files, [['1.json'], ['2.json']], 'v6.1', 'v6.2')).toEqual({
      'pass-and-fail': 'flaky',
      'pass-and-skip': 'still-passing',
      'fail-and-skip': 'regression',
      mended: 'fixed',
    });
  });

  it("Greenwave and KCIDB's waivers: a failure that is waived is no failure and no pass, of that build alone; what is missing is no pass", () => {
    type Told = readonly [path: string, status: string, waived?: true];
    const submission = (n: number, tests: readonly Told[]) =>
      JSON.stringify({
        version: { major: 3, minor: 0 },
        revisions: [{ id: String(n).repeat(40), origin: 'ci', git_commit_name: `v6.${n}` }],
        builds: [
          {
            id: `ci:b${n}`,
            origin: 'ci',
            revision_id: String(n).repeat(40),
            architecture: 'arm64',
            valid: true,
          },
        ],
        tests: tests.map(([path, status, waived]) => ({
          id: `ci:t${n}${path}`,
          origin: 'ci',
          build_id: `ci:b${n}`,
          path,
          status,
          ...(waived ? { waived } : {}),
        })),
      });
    const files = {
      '1.json': submission(1, [
        ['required', 'PASS'],
        ['waived', 'PASS'],
        ['again', 'FAIL', true],
        ['mended', 'FAIL', true],
        ['missing', 'PASS'],
      ]),
      '2.json': submission(2, [
        ['required', 'FAIL'],
        ['waived', 'FAIL', true],
        ['again', 'FAIL'],
        ['mended', 'PASS'],
      ]),
    };
    expect(compared(files, [['1.json'], ['2.json']], 'v6.1', 'v6.2')).toEqual({
      required: 'regression',
      // It was run: it has not disappeared.
      waived: 'inconclusive',
      again: 'new-failure',
      mended: 'new-pass',
      missing: 'disappeared',
    });
  });
});
