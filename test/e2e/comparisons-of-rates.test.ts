import { afterAll, describe, expect, it } from 'vitest';
import type { ChangesDocument } from '../../queries/results/change-classes.ts';
import type { CheckTestsDocument } from '../../queries/results/check-tests.ts';
import { ComparedBuilds } from '../support/compared-builds.ts';

const builds = new ComparedBuilds();
afterAll(() => {
  builds.remove();
});

/** What a test came to at a version: passed, failed, both when it was run again, said nothing (`-`), or was not there (blank). */
type Story = string;
const RUNS: Readonly<Record<string, readonly string[]>> = {
  P: ['pass'],
  F: ['fail'],
  '~': ['fail', 'pass'],
  '-': ['skip'],
};

/** Runs as SQUAD has them, each a file in the folder of its version. */
function runsOf(stories: Readonly<Record<string, Story>>): Readonly<Record<string, string>> {
  const files = new Map<string, Record<string, string>>();
  for (const [test, story] of Object.entries(stories))
    Array.from(story).forEach((came, at) => {
      (RUNS[came] ?? []).forEach((outcome, run) => {
        const path = `v6.${at + 1}/qemu/${run + 1}/tests.json`;
        files.set(path, { ...files.get(path), [test]: outcome });
      });
    });
  return Object.fromEntries([...files].map(([path, tests]) => [path, JSON.stringify(tests)]));
}

describe('what dashboards of many builds expect', () => {
  it('TestGrid: where an outage began, and what ends it', () => {
    // TestGrid writes the newest first, and asks for so many failures or passes in a row before it says anything.
    const found = builds.turned(
      runsOf({
        passes: 'PPPPPP',
        'new-failures': 'PPPFFF',
        intermittent: 'FFPFF',
        'few-passes': 'FFFFPP',
        'flakes-do-not-close': 'FFFF~~',
        'only-flakes': '~~~~~~',
        'through-insufficient-passes': 'FFPF~F',
        closed: 'FFFFFP',
        'through-empty': 'PFFF-F',
        'passes-through-empty': 'FFFP-P',
        complex: 'PFFPFP',
      }),
      [['.']],
    );
    expect(found).toEqual({
      passes: '',
      'new-failures': 'broke v6.4',
      // Two of five fail there, and nothing is said: here each turn is one, for a fault and its repair look like that.
      intermittent: 'fixed v6.3, broke v6.4',
      // The outage goes on there until enough passes came.
      'few-passes': 'fixed v6.5',
      'flakes-do-not-close': 'flaky v6.5?',
      'only-flakes': '',
      'through-insufficient-passes': 'fixed v6.3, broke v6.4, flaky v6.5?, broke v6.6?',
      closed: 'fixed v6.6',
      'through-empty': 'broke v6.2',
      'passes-through-empty': 'fixed v6.4',
      complex: 'broke v6.2, fixed v6.4, broke v6.5, fixed v6.6',
    });
  });

  it("Treeherder's push health: what failed in the parent fails still, by platform; a failure elsewhere excuses none", () => {
    const files = Object.fromEntries(
      Object.entries({
        'v6.1/win/1': { parent: 'fail', elsewhere: 'pass', fixed: 'fail' },
        'v6.1/mac/2': { elsewhere: 'fail' },
        'v6.2/win/3': { parent: 'fail', elsewhere: 'pass', fixed: 'pass' },
        'v6.3/win/4': { parent: 'fail', elsewhere: 'fail', fixed: 'fail', fresh: 'fail' },
      }).map(([path, tests]) => [`${path}/tests.json`, JSON.stringify(tests)]),
    );
    expect(builds.compared(files, [['.']], 'v6.2', 'v6.3')).toEqual({
      'parent win': 'still-failing',
      // Intermittent there, if not surely: it failed on another platform.
      'elsewhere win': 'regression',
      // A previous regression there: it was fixed, and is back.
      'fixed win': 'regression',
      'fresh win': 'new-failure',
    });
  });
});

/** One version in which each test passed and failed so often. */
function counted(counts: Readonly<Record<string, readonly [passed: number, failed: number]>>) {
  const cases = Object.entries(counts).flatMap(([name, [passed, failed]]) =>
    Array.from(
      { length: passed + failed },
      (_, i) => `<testcase name="${name}">${i < failed ? '<failure/>' : ''}</testcase>`,
    ),
  );
  return `<testsuite name="s">${cases.join('')}</testsuite>`;
}

describe('what those expect that compare how often a test failed', () => {
  it('LKP: a failure where the base had none is a change, and one that was there is none; here rates are compared', () => {
    const files = {
      'base.xml': counted({ broke: [3, 0], once: [10, 0], often: [9, 1], mended: [0, 3], same: [0, 3] }),
      'head.xml': counted({
        broke: [0, 3],
        once: [9, 1],
        often: [1, 9],
        mended: [3, 0],
        same: [0, 3],
        fresh: [0, 3],
      }),
    };
    const imports = [
      ['base.xml', '--release', 'v4.1'],
      ['head.xml', '--release', 'v4.2'],
    ];
    expect(builds.compared(files, imports, 'v4.1', 'v4.2')).toEqual({
      's.broke': 'regression',
      's.mended': 'fixed',
      's.same': 'still-failing',
      // 0:10 and then 10% is reported there: half of all such pairs are chance.
      's.once': 'flaky',
      // 10% and then 90% is no change there.
      's.often': 'regression',
      // A test that the base does not have is left out there.
      's.fresh': 'new-failure',
    });
  });

  const files = {
    'base.xml': counted({
      // A flake counts as a pass there; here its failed run counts as well.
      regular: [15, 0],
      zero: [14, 1],
      same: [94, 6],
      better: [5, 10],
      gone: [15, 0],
    }),
    'sample.xml': counted({
      regular: [13, 2],
      zero: [0, 15],
      same: [94, 6],
      better: [15, 0],
      new: [13, 2],
      'new-good': [6, 0],
    }),
  };
  const imports = [
    ['base.xml', '--release', 'v4.1'],
    ['sample.xml', '--release', 'v4.2'],
  ];

  it("Sippy: Fisher's exact test tells a regression from chance", () => {
    const { changes } = builds.asked(files, imports, 'changes', 'v4.1', 'v4.2') as ChangesDocument;
    expect(
      Object.fromEntries(changes.map((c) => [c.test, [c.class, c.flaky?.chance.toPrecision(4) ?? null]])),
    ).toEqual({
      // The same chances as there: 0.2413793103, and that of a test that never succeeds any more.
      's.regular': ['flaky', '0.2414'],
      's.zero': ['regression', '1.031e-7'],
      's.better': ['fixed', '0.00009995'],
      // A rate that is required of all tests is no comparison: what fails as often as before is no news.
      's.same': ['flaky', '0.6163'],
      's.new': ['flaky', '1.000'],
      's.new-good': ['new-pass', null],
      's.gone': ['disappeared', null],
    });
    const asked = ['check', '--tests', '*', '--release', 'v4.2', '--baseline', 'v4.1'];
    const { reasons } = builds.asked(files, imports, ...asked) as CheckTestsDocument;
    // A missing sample is no success there either.
    expect(reasons.map((r) => [r.test, r.reason])).toEqual([
      ['s.zero', 'new-regression'],
      ['s.gone', 'unknown'],
    ]);
  });
});
