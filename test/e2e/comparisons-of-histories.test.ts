import { afterAll, describe, expect, it } from 'vitest';
import { ComparedBuilds } from '../support/compared-builds.ts';

const builds = new ComparedBuilds();
afterAll(() => {
  builds.remove();
});

/** How often a test ran at each version, and how often it failed. */
type Counts = readonly [runs: readonly number[], failed: readonly number[]];

/** Where tests turn; each run of a version is a folder, as SQUAD has them. */
function turns(scenes: Readonly<Record<string, Counts>>) {
  const runs = new Map<string, Record<string, string>>();
  for (const [test, [ran, failed]] of Object.entries(scenes))
    ran.forEach((n, at) => {
      for (let run = 0; run < n; run++) {
        const path = `v6.${at + 1}/qemu/${run + 1}/tests.json`;
        runs.set(path, { ...runs.get(path), [test]: run < failed[at]! ? 'fail' : 'pass' });
      }
    });
  return builds.turned(Object.fromEntries([...runs].map(([path, t]) => [path, JSON.stringify(t)])), [['.']]);
}

const times = (n: number, value: number) => Array.from({ length: n }, () => value);

describe("what others expect of a test's history", () => {
  it("LUCI's change points: a test breaks, is mended, turns flaky, breaks after it was flaky; one that is flaky all along does not turn", () => {
    const found = turns({
      'pass-to-fail': [
        [2, 2, 1, 1, 2, 2],
        [0, 0, 0, 1, 2, 2],
      ],
      'to-fail-and-back': [
        [2, 2, 3, 2, 3, 1, 1, 2, 2, 3, 2, 3, 2, 2],
        [0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 2, 3, 0, 0],
      ],
      'pass-to-flaky': [times(16, 2), [...times(6, 0), ...times(10, 1)]],
      // Each version alone could fail by chance; all of them together could not.
      'flaky-to-fail': [times(18, 2), [...times(8, 1), ...times(10, 2)]],
      passes: [times(8, 2), times(8, 0)],
      fails: [times(8, 2), times(8, 2)],
      // Versions that pass in between are no fixes. The last one fails twice: there it says that this may be chance.
      flaky: [times(8, 2), [1, 0, 1, 0, 0, 1, 0, 2]],
      'flaky-to-the-end': [times(8, 2), [1, 0, 1, 0, 0, 2, 0, 1]],
      'flaky-to-pass': [times(18, 2), [...times(8, 1), ...times(10, 0)]],
    });
    expect(found).toEqual({
      'pass-to-fail': 'broke v6.4',
      'to-fail-and-back': 'broke v6.6, fixed v6.13',
      'pass-to-flaky': 'flaky v6.7',
      'flaky-to-fail': 'broke v6.9',
      passes: '',
      fails: '',
      flaky: 'broke v6.8?',
      'flaky-to-the-end': '',
      'flaky-to-pass': 'fixed v6.9',
    });
  });

  it("SQUAD's failure history: since when a test fails, after which pass, in its own environment; ReportPortal's switches are turns", () => {
    const names = ['20200101', '20200102', '20200103', '20200104', '20200105', '20200106'];
    const scenes: Readonly<Record<string, string>> = {
      first: 'PF',
      second: 'PFF',
      always: 'FFF',
      again: 'FPF',
      'later-ones': 'PFFFPF',
      'switches-often': 'PFPFP',
    };
    const results = Object.entries(scenes).flatMap(([name, outcomes]) =>
      Array.from(outcomes, (outcome, at) => ({
        name: `suite/${name}`,
        status: outcome === 'P' ? 'pass' : 'fail',
        build: names[at]!,
        environment: 'here',
        has_known_issues: false,
      })),
    );
    // Another environment is another history.
    results.push({ ...results[0]!, name: 'suite/first', status: 'fail', environment: 'there' });
    const page = JSON.stringify({ count: results.length, next: null, previous: null, results });
    expect(builds.turned({ 'page.json': page }, [['page.json']])).toEqual({
      'suite.first': 'broke 20200102',
      'suite.second': 'broke 20200102',
      'suite.always': '',
      'suite.again': 'fixed 20200102, broke 20200103',
      'suite.later-ones': 'broke 20200102, fixed 20200105, broke 20200106',
      'suite.switches-often': 'broke 20200102, fixed 20200103, broke 20200104, fixed 20200105',
    });
  });

  it("KernelCI's status history: passes, fails, fixed, regression, and where it turned twice unstable; what is inconclusive is no turn here", () => {
    const histories = {
      pass: ['PASS', 'PASS', 'PASS'],
      fail: ['FAIL', 'FAIL', 'FAIL'],
      fixed: ['FAIL', 'PASS', 'PASS'],
      regression: ['PASS', 'PASS', 'FAIL'],
      unstable: ['PASS', 'FAIL', 'PASS'],
      // Unstable there as well.
      'skipped-before-it-failed': ['PASS', 'SKIP', 'FAIL'],
      'broken-off': ['PASS', 'ERROR', 'PASS'],
      'skipped-at-last': ['PASS', 'FAIL', 'SKIP'],
    };
    const submission = (at: number) =>
      JSON.stringify({
        version: { major: 5, minor: 3 },
        checkouts: [{ id: `ci:c${at}`, origin: 'ci', git_commit_name: `v6.${at + 1}` }],
        builds: [
          { id: `ci:b${at}`, origin: 'ci', checkout_id: `ci:c${at}`, architecture: 'arm64', status: 'PASS' },
        ],
        tests: Object.entries(histories).map(([path, statuses]) => ({
          ...{ id: `ci:t${at}${path}`, origin: 'ci', build_id: `ci:b${at}`, path, status: statuses[at] },
        })),
      });
    const files = Object.fromEntries([0, 1, 2].map((at) => [`${at}.json`, submission(at)]));
    expect(builds.turned(files, [['.']])).toEqual({
      pass: '',
      fail: '',
      fixed: 'fixed v6.2',
      regression: 'broke v6.3',
      unstable: 'broke v6.2, fixed v6.3',
      'skipped-before-it-failed': 'broke v6.3',
      'broken-off': '',
      'skipped-at-last': 'broke v6.2',
    });
  });

  it("Jenkins' failedSince: the build from which on a test fails; one that fails from the first has no turn, and builds follow by number", () => {
    // As its own history has it: one test fails from the first build that has results and is mended two later, another four later.
    const stories: Readonly<Record<string, string>> = {
      steady: 'PPPPP',
      mended: 'FFPPP',
      'mended-late': 'FFFFP',
      since: 'PPFFF',
      again: 'PFPFF',
    };
    const results = Object.entries(stories).flatMap(([name, story]) =>
      Array.from(story).map((came, at) => ({
        ...{ name, status: came === 'P' ? 'pass' : 'fail' },
        // Number 10 comes behind number 9, though it is not so by its letters.
        ...{ build: `nightly-${at + 7}`, environment: 'here' },
      })),
    );
    const page = { count: results.length, next: null, previous: null, results };
    expect(builds.turned({ 'page.json': JSON.stringify(page) }, [['page.json']])).toEqual({
      steady: '',
      mended: 'fixed nightly-9',
      'mended-late': 'fixed nightly-11',
      since: 'broke nightly-9',
      again: 'broke nightly-8, fixed nightly-9, broke nightly-10',
    });
  });
});
