import { afterAll, describe, expect, it } from 'vitest';
import { byLastName, ComparedBuilds } from '../support/compared-builds.ts';

const builds = new ComparedBuilds();
const compared = builds.compared.bind(builds);
afterAll(() => {
  builds.remove();
});

/** A report of JUnit: of each test what stands inside its test cases, one for each run of it. */
const report = (tests: Readonly<Record<string, readonly string[]>>) =>
  `<testsuite name="s">${Object.entries(tests)
    .flatMap(([name, runs]) => runs.map((inner) => `<testcase name="${name}">${inner}</testcase>`))
    .join('')}</testsuite>`;
const [PASS, FAIL, ERROR, SKIP, XFAIL] = ['', '<failure/>', '<error/>', '<skipped/>', '<softfailure/>'];

/** Compares two reports, each of one release. */
function classes(
  before: Readonly<Record<string, readonly string[]>>,
  after: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, string>> {
  const files = { 'a.xml': report(before), 'b.xml': report(after) };
  const imports = [
    ['a.xml', '--release', 'v1.1'],
    ['b.xml', '--release', 'v1.2'],
  ];
  return byLastName(compared(files, imports, 'v1.1', 'v1.2'));
}

/** Every step from one state of a test to another; a state that is missing is no test case. */
function steps(states: Readonly<Record<string, string | null>>) {
  const pairs = Object.keys(states).flatMap((from) => Object.keys(states).map((to) => [from, to] as const));
  const side = (at: 0 | 1) =>
    Object.fromEntries(
      pairs.flatMap((pair) => {
        const inner = states[pair[at]];
        return inner === null || inner === undefined ? [] : [[`${pair[0]}-${pair[1]}`, [inner]]];
      }),
    );
  return classes(side(0), side(1));
}

describe('what tools that compare two runs expect', () => {
  it("GCC's compare_tests and dg-cmp-results: what now fails, now works, is new and has disappeared", () => {
    // Their files are no format of ours: FAIL is a failure here, XFAIL a soft one, UNSUPPORTED a skip, UNRESOLVED an error.
    const found = steps({ P: PASS, F: FAIL, X: XFAIL, S: SKIP, E: ERROR, N: null });
    expect(found).toEqual({
      ...{ 'P-P': 'still-passing', 'F-F': 'still-failing', 'S-S': 'inconclusive', 'E-E': 'inconclusive' },
      // Tests that now fail, but worked before.
      'P-F': 'regression',
      // compare_tests counts an expected failure as one; dg-cmp-results does not call it a degradation.
      ...{ 'P-X': 'known-issue', 'F-X': 'known-issue', 'X-X': 'known-issue' },
      ...{ 'S-X': 'known-issue', 'E-X': 'known-issue', 'N-X': 'known-issue' },
      'X-F': 'still-failing',
      // Tests that now work, but didn't before.
      ...{ 'F-P': 'fixed', 'X-P': 'fixed' },
      // New tests that FAIL, and that PASS.
      ...{ 'S-F': 'new-failure', 'E-F': 'new-failure', 'N-F': 'new-failure' },
      ...{ 'S-P': 'new-pass', 'E-P': 'new-pass', 'N-P': 'new-pass' },
      // Degradations of dg-cmp-results: did pass but doesn't now. compare_tests says that they have disappeared.
      ...{ 'P-S': 'inconclusive', 'P-E': 'inconclusive', 'P-N': 'disappeared' },
      ...{ 'F-S': 'inconclusive', 'F-E': 'inconclusive', 'F-N': 'disappeared' },
      ...{ 'X-S': 'inconclusive', 'X-E': 'inconclusive', 'X-N': 'disappeared' },
      ...{ 'S-E': 'inconclusive', 'E-S': 'inconclusive', 'S-N': 'disappeared', 'E-N': 'disappeared' },
      // NA->UNRESOLVED is a degradation there.
      ...{ 'N-S': 'appeared', 'N-E': 'appeared' },
    });
  });

  it('LNT: improved, regressed and unchanged; a failure of a test that was not there is new here, and regressed there', () => {
    expect(steps({ P: PASS, F: FAIL, N: null })).toEqual({
      ...{ 'F-P': 'fixed', 'P-F': 'regression', 'F-F': 'still-failing', 'P-P': 'still-passing' },
      ...{ 'N-F': 'new-failure', 'N-P': 'new-pass', 'F-N': 'disappeared', 'P-N': 'disappeared' },
    });
  });

  it('Buildbot: problems are successes that turned into failures, changes are either way; the first build is neither', () => {
    const problem = ['regression'];
    const change = ['regression', 'fixed'];
    const found = steps({ success: PASS, failure: FAIL, none: null });
    const those = (kinds: readonly string[]) =>
      Object.keys(found)
        .filter((step) => kinds.includes(found[step]!))
        .sort();
    expect(those(problem)).toEqual(['success-failure']);
    expect(those(change)).toEqual(['failure-success', 'success-failure']);
  });
});

describe('what tools that run a test again expect', () => {
  it('Surefire: a test that failed and passed when run again is flaky; one that failed each time is not', () => {
    // As its own test has it: error, failure, pass; error, pass; failure, error, error; failure, pass; pass.
    const merged = {
      one: ['<flakyError/><flakyFailure/>'],
      two: ['<flakyError/>'],
      three: ['<failure/><rerunError/><rerunError/>'],
      four: ['<flakyFailure/>'],
      five: [PASS],
    };
    const passed = Object.fromEntries(Object.keys(merged).map((name) => [name, [PASS]]));
    expect(classes(passed, merged)).toEqual({
      one: 'flaky',
      // What broke off says nothing of the kernel: here it is no failure.
      two: 'still-passing',
      three: 'regression',
      four: 'flaky',
      five: 'still-passing',
    });
    // A report that lists each run, as Gradle writes where runs are not merged, comes to the same.
    expect(classes(passed, { ...merged, one: [ERROR, FAIL, PASS], four: [FAIL, PASS] })).toEqual(
      classes(passed, merged),
    );
  });

  it("LUCI's verdicts of one invocation: unexpected, flaky, unexpectedly skipped, expected", () => {
    const verdicts = {
      T1: [PASS, FAIL, PASS],
      T3: [PASS, PASS],
      T5: [FAIL],
      T5b: [FAIL, PASS],
      T6: Array.from({ length: 12 }, () => PASS),
      T8: [PASS, FAIL],
      Ty: Array.from({ length: 12 }, () => FAIL),
      Tz: [SKIP, SKIP],
    };
    const passed = Object.fromEntries(Object.keys(verdicts).map((name) => [name, [PASS]]));
    expect(classes(passed, verdicts)).toEqual({
      T1: 'flaky',
      T3: 'still-passing',
      T5: 'regression',
      T5b: 'flaky',
      T6: 'still-passing',
      T8: 'flaky',
      Ty: 'regression',
      Tz: 'inconclusive',
    });
  });

  it('TradeFed merges attempts, passed if one passed or failed if one failed; here both are told', () => {
    const attempts = { a: [FAIL, PASS], b: [PASS, FAIL], c: [FAIL, FAIL], d: [PASS, PASS], e: [FAIL, SKIP] };
    const passed = Object.fromEntries(Object.keys(attempts).map((name) => [name, [PASS]]));
    expect(classes(passed, attempts)).toEqual({
      a: 'flaky',
      b: 'flaky',
      c: 'regression',
      d: 'still-passing',
      e: 'regression',
    });
  });
});

describe('what tools that know a history expect', () => {
  it('KernelCI builds with gcc and with clang: what fails of one of them fails there, and is not flaky', () => {
    const submission = (n: number, statuses: readonly (readonly [string, string])[]) =>
      JSON.stringify({
        version: { major: 5, minor: 3 },
        checkouts: [{ id: `ci:c${n}`, origin: 'ci', git_commit_name: `v6.${n}` }],
        builds: statuses.map(([compiler]) => ({
          ...{ id: `ci:b${n}${compiler}`, origin: 'ci', checkout_id: `ci:c${n}`, architecture: 'arm64' },
          ...{ config_name: 'defconfig', compiler, status: 'PASS' },
        })),
        tests: statuses.map(([compiler, status], i) => ({
          ...{ id: `ci:t${n}_${i}`, origin: 'ci', build_id: `ci:b${n}${compiler}`, path: 'boot', status },
          environment: { misc: { platform: 'qemu' } },
        })),
      });
    const files = {
      '1.json': submission(1, [
        ['gcc-12', 'PASS'],
        ['clang-17', 'PASS'],
      ]),
      '2.json': submission(2, [
        ['gcc-14', 'PASS'],
        ['clang-21', 'FAIL'],
      ]),
    };
    expect(compared(files, [['1.json'], ['2.json']], 'v6.1', 'v6.2')).toEqual({
      'boot qemu gcc': 'still-passing',
      'boot qemu clang': 'regression',
    });
  });

  it('kci-dev: a regression is a test that passed and fails, by path, hardware, configuration and architecture', () => {
    const submission = (n: number, tests: readonly (readonly [string, string, string, string])[]) =>
      JSON.stringify({
        version: { major: 5, minor: 3 },
        checkouts: [{ id: `ci:c${n}`, origin: 'ci', git_commit_name: `v6.${n}` }],
        builds: ['arm64', 'x86_64'].map((arch) => ({
          ...{ id: `ci:b${n}${arch}`, origin: 'ci', checkout_id: `ci:c${n}`, architecture: arch },
          ...{ config_name: 'defconfig', compiler: `gcc-${n + 10}`, status: 'PASS' },
        })),
        tests: tests.map(([path, arch, platform, status], i) => ({
          ...{ id: `ci:t${n}_${i}`, origin: 'ci', build_id: `ci:b${n}${arch}`, path, status },
          environment: { misc: { platform } },
        })),
      });
    const files = {
      '1.json': submission(1, [
        ['boot', 'arm64', 'rk3399', 'PASS'],
        ['boot', 'arm64', 'qemu', 'PASS'],
        ['boot', 'x86_64', 'pc', 'FAIL'],
        ['dt', 'arm64', 'rk3399', 'PASS'],
        ['skip', 'arm64', 'rk3399', 'PASS'],
        ['miss', 'arm64', 'rk3399', 'MISS'],
      ]),
      '2.json': submission(2, [
        ['boot', 'arm64', 'rk3399', 'FAIL'],
        ['boot', 'arm64', 'qemu', 'PASS'],
        ['boot', 'x86_64', 'pc', 'FAIL'],
        ['dt', 'arm64', 'rk3399', 'ERROR'],
        ['skip', 'arm64', 'rk3399', 'SKIP'],
        ['miss', 'arm64', 'rk3399', 'FAIL'],
      ]),
    };
    // A newer compiler is no other test, or it would hide every regression.
    expect(compared(files, [['1.json'], ['2.json']], 'v6.1', 'v6.2')).toEqual({
      'boot rk3399 gcc': 'regression',
      'boot qemu gcc': 'still-passing',
      'boot pc gcc': 'still-failing',
      'dt rk3399 gcc': 'inconclusive',
      'skip rk3399 gcc': 'inconclusive',
      'miss rk3399 gcc': 'new-failure',
    });
  });
});
