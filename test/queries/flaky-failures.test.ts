import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answersOf } from '../../queries/regressions/answers.ts';
import { buildModel } from '../../queries/model/model.ts';
import { culprits } from '../../queries/regressions/culprits.ts';
import { regressionLives } from '../../queries/regressions/regression-life.ts';
import { gatherResults } from '../../queries/results/result-index.ts';
import type { PlacedResult } from '../../queries/outcomes/seen-result.ts';
import { ratedBy } from '../../queries/results/compilers-apart.ts';
import { lanesOf } from '../../queries/results/test-history.ts';
import { newEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { stored } from '../support/facts-model.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import type { Quiet } from '../../queries/regressions/regression.ts';
import { mainline, stable, twoLines } from '../support/two-lines.ts';

const TEST = 'kselftest.io.order_test';
const recorded = newEvent({
  type: 'TestRecorded',
  stream: 'test/order_test',
  knownAt: '2020-01-01',
  source: 'test',
  locator: 'test',
  payload: { confidence: 'verified', rev: 1, test: TEST, title: 'order' },
});

interface Ran {
  readonly release: string;
  readonly bad?: number;
  readonly good?: number;
  readonly skipped?: number;
  readonly platform?: string;
  readonly compiler?: string;
}

/** What the log says of runs. */
function worldOf(runs: readonly Ran[]) {
  const gathered = gatherResults();
  const every: PlacedResult[] = [];
  for (const { release, bad = 0, good = 0, skipped = 0, platform, compiler } of runs)
    for (const [outcome, times] of [
      ['fail', bad],
      ['pass', good],
      ['skip', skipped],
    ] as readonly (readonly [Outcome, number])[])
      for (let i = 0; i < times; i++) {
        const address = `${'e'.repeat(64)}#${every.length}`;
        const known = '2026-01-01T00:00:00.000Z';
        gathered.add({ test: TEST, release, arch: 's390', config: '' }, outcome, address, known);
        const where = { arch: 's390', config: null, platform: platform ?? null, origin: 'lab', tree: null };
        const built = compiler === undefined ? {} : { compiler };
        every.push({ test: TEST, ...where, ...built, outcome, address, version: release, known });
      }
  const { graph } = buildModel(stored(twoLines), {});
  gathered.rate(
    gathered.mixed(),
    ratedBy(() => lanesOf(graph, every)),
  );
  const model = buildModel(stored([...twoLines, recorded]), {}, gathered.index);
  return {
    /** The releases that are in a regression. */
    bad: new Set(answersOf(model).regressions.flatMap((r) => r.stretch.releases)),
    regressions: culprits(model).regressions.map(({ title, firstBad, lastGood, affected, rates }) => ({
      title,
      at: `${lastGood.join()}..${firstBad.join()}`,
      affected: affected.map(({ from, to }) => `${from}..${to ?? ''}`),
      rates,
    })),
    flaky: regressionLives(model).flaky,
    lives: regressionLives(model).regressions.map((r) => [r.state, r.lines.mainline]),
    quiet: regressionLives(model).regressions.map((r) => r.quiet ?? null),
  };
}

const at = (runs: readonly Ran[]) => worldOf(runs).regressions.map((r) => r.at);

describe('a failure on one of two machines', () => {
  const broke: readonly Ran[] = [
    { release: 'v1.2', good: 1, platform: 'one' },
    { release: 'v1.2', good: 1, platform: 'two' },
    { release: 'v1.3', bad: 1, platform: 'one' },
    { release: 'v1.3', good: 1, platform: 'two' },
  ];

  it('is over where that machine passes again, and not where the other goes on to pass', () => {
    expect(worldOf(broke).lives).toEqual([['open', 'open']]);
    const other: Ran = { release: 'v1.4', good: 1, platform: 'two' };
    expect(worldOf([...broke, other]).lives).toEqual([['open', 'open']]);
    const same: Ran = { release: 'v1.5', good: 1, platform: 'one' };
    expect(worldOf([...broke, other, same]).lives).toEqual([['fixed', 'v1.5']]);
  });
});

describe('a failure of a test that is known to be flaky', () => {
  const flaky: readonly Ran[] = [
    { release: 'v1.0', bad: 0, good: 5 },
    { release: 'v1.1', bad: 2, good: 3 },
    { release: 'v1.2', bad: 0, good: 5 },
  ];

  it('is told with its rate and evidence, and opens no regression', () => {
    const { regressions, flaky: told } = worldOf([...flaky, { release: 'v1.3', bad: 1 }]);
    expect(regressions).toEqual([]);
    expect(told).toMatchObject([
      {
        test: TEST,
        arch: 's390',
        releases: ['v1.3'],
        usual: { bad: 2, good: 8 },
        since: { bad: 1, good: 0 },
        evidence: [`${'e'.repeat(64)}#15`],
      },
    ]);
    expect(told[0]!.chance).toBeCloseTo(3 / 11);
  });

  it('opens one where it fails much more often than it did, alone or among passes', () => {
    expect(worldOf([...flaky, { release: 'v1.3', bad: 7 }])).toMatchObject({
      regressions: [
        {
          at: 'v1.2..v1.3',
          title: `${TEST} fails on s390 since v1.3, in 7 of 7 runs (2 of 10 before)`,
          affected: ['v1.3..v1.3'],
        },
      ],
      flaky: [],
    });
    const worse: readonly Ran[] = [
      { release: 'v1.0', bad: 2, good: 18 },
      { release: 'v1.1', bad: 1, good: 19 },
      { release: 'v1.2', bad: 12, good: 8 },
      { release: 'v1.3', bad: 13, good: 7 },
    ];
    expect(worldOf(worse).regressions).toMatchObject([
      {
        at: 'v1.1..v1.2',
        title: `${TEST} fails on s390 since v1.2, in 25 of 40 runs (3 of 40 before)`,
        affected: ['v1.2..v1.3'],
      },
    ]);
    // It never failed in forty runs, and then in half of them.
    expect(
      at([
        { release: 'v1.0', good: 40 },
        { release: 'v1.1', bad: 5, good: 5 },
      ]),
    ).toEqual(['v1.0..v1.1']);
    expect(
      at([
        { release: 'v1.0', good: 2 },
        { release: 'v1.1', bad: 1, good: 5 },
      ]),
    ).toEqual([]);
  });

  it('opens one on a machine, or with a compiler, on which it was never flaky', () => {
    for (const place of ['platform', 'compiler'] as const) {
      const [one, other] = [{ [place]: 'gcc' }, { [place]: 'clang' }];
      const steady = ['v1.0', 'v1.1', 'v1.2'].map((release) => ({ release, good: 1, ...other }));
      const shaky = flaky.map((ran) => ({ ...ran, ...one }));
      expect(at([...shaky, ...steady, { release: 'v1.3', bad: 1, ...other }])).toEqual(['v1.2..v1.3']);
      expect(at([...shaky, ...steady, { release: 'v1.3', bad: 1, ...one }])).toEqual([]);
      // The others pass there: one place has both outcomes, and still something broke.
      const beside = [
        { release: 'v1.3', bad: 1, ...other },
        { release: 'v1.3', good: 1, ...one },
      ];
      expect(at([...shaky, ...steady, ...beside])).toEqual(['v1.2..v1.3']);
    }
  });

  it('is held to all machines where its own was never seen before', () => {
    const shaky = flaky.map((ran) => ({ ...ran, platform: 'one' }));
    const { regressions, flaky: told } = worldOf([...shaky, { release: 'v1.3', bad: 1, platform: 'new' }]);
    expect([regressions, told.map((f) => [f.releases, f.platform, f.usual])]).toEqual([
      [],
      [[['v1.3'], null, { bad: 2, good: 13 }]],
    ]);
    expect(at([...shaky, { release: 'v1.3', bad: 6, platform: 'new' }])).toEqual(['v1.2..v1.3']);
  });

  it('stays one regression where it passes now and then after it broke', () => {
    const broke: readonly Ran[] = [
      { release: 'v1.0', good: 9 },
      { release: 'v1.1', bad: 3 },
      { release: 'v1.2', bad: 2, good: 1 },
      { release: 'v1.3', bad: 1 },
    ];
    expect(worldOf(broke).regressions).toMatchObject([{ at: 'v1.0..v1.1', affected: ['v1.1..v1.3'] }]);
  });
});

describe('a regression of a flaky test', () => {
  const worse: readonly Ran[] = [
    { release: 'v1.0', bad: 2, good: 18 },
    { release: 'v1.1', bad: 1, good: 19 },
    { release: 'v1.2', bad: 6, good: 4 },
    { release: 'v1.3', bad: 3, good: 2 },
  ];
  const told = (more: readonly Ran[], before = worse) => {
    const { lives, quiet } = worldOf([...before, ...more]);
    const rounded = (q: Quiet | undefined) => q && { ...q, chance: Number(q.chance.toFixed(5)) };
    return lives.map(([state, line], index) => [state, line, rounded(quiet[index]?.mainline) ?? null]);
  };
  const usual = { bad: 9, good: 6 };

  it('is open while as many passes may be chance, and over when they hardly are, at the first of them', () => {
    expect(told([])).toEqual([['open', 'open', null]]);
    const some = { from: 'v1.4', usual, since: { bad: 0, good: 4 }, chance: 0.05418 };
    expect(told([{ release: 'v1.4', good: 4 }])).toEqual([['open', 'open', some]]);
    const more = { ...some, since: { bad: 0, good: 8 }, chance: 0.00612 };
    expect(
      told([
        { release: 'v1.4', good: 4 },
        { release: 'v1.5', skipped: 9 },
        { release: 'v1.6', good: 4 },
      ]),
    ).toEqual([['fixed', 'v1.4', more]]);
  });

  it('is over where it fails as seldom as before, and not where it only fails less often than at the worst', () => {
    expect(told([{ release: 'v1.4', bad: 2, good: 38 }])).toMatchObject([
      ['fixed', 'v1.4', { from: 'v1.4', since: { bad: 2, good: 38 } }],
    ]);
    const steady = worse.map((ran) => ({ ...ran, ...(ran.bad! > 2 ? { bad: 60, good: 4 } : {}) }));
    expect(told([{ release: 'v1.4', bad: 14, good: 26 }], steady)).toEqual([['open', 'open', null]]);
  });

  it('goes on where a test that only passed before has come to both since', () => {
    const broke: readonly Ran[] = [
      { release: 'v1.0', good: 9 },
      { release: 'v1.1', bad: 3 },
      { release: 'v1.2', bad: 2, good: 1 },
    ];
    expect(told([{ release: 'v1.3', good: 1 }], broke)).toMatchObject([
      ['open', 'open', { chance: 0.28571 }],
    ]);
    // It fails less often than at first, and never did before it broke.
    const seldom: readonly Ran[] = [
      { release: 'v1.2', bad: 18, good: 2 },
      { release: 'v1.3', bad: 4, good: 16 },
      { release: 'v1.4', good: 2 },
    ];
    expect(told(seldom, broke.slice(0, 2))).toMatchObject([['open', 'open', { from: 'v1.4' }]]);
    expect(told([{ release: 'v1.3', good: 6 }], broke)).toMatchObject([['fixed', 'v1.3', {}]]);
  });

  it('waits for each machine on which it failed, and tells of the one that says least', () => {
    const both = (ran: Ran) => ['one', 'two'].map((platform) => ({ ...ran, platform }));
    const before = worse.flatMap(both);
    const over = { release: 'v1.4', good: 12 };
    expect(told([{ ...over, platform: 'one' }], before)).toEqual([['open', 'open', null]]);
    const less = { release: 'v1.5', good: 3, platform: 'two' };
    expect(told([{ ...over, platform: 'one' }, less], before)).toMatchObject([
      ['open', 'open', { from: 'v1.5', since: { bad: 0, good: 3 } }],
    ]);
    expect(told(both(over), before)).toMatchObject([['fixed', 'v1.4', {}]]);
  });

  it('ends before it breaks another time, and is reopened by that', () => {
    const again: readonly Ran[] = [
      { release: 'v1.4', good: 30 },
      { release: 'v1.5', bad: 4, good: 1 },
    ];
    expect(told(again).map((r) => r.slice(0, 2))).toEqual([
      ['fixed', 'v1.4'],
      ['reopened', 'open'],
    ]);
  });
});

describe('of any history', () => {
  /** One to three lanes, each release with a few results of each outcome. */
  const histories = fc.array(
    fc.record({
      release: fc.constantFrom(...mainline.slice(7, 14), ...stable.slice(0, 4)),
      bad: fc.nat({ max: 3 }),
      good: fc.nat({ max: 3 }),
      platform: fc.constantFrom('one', 'two'),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it('what says nothing changes nothing: a missing run hides no regression, and a skip is no pass', () => {
    fc.assert(
      fc.property(histories, histories, (ran, skips) => {
        const silent = skips.map(({ release, platform }) => ({ release, platform, skipped: 1 }));
        const told = ({ regressions, flaky }: ReturnType<typeof worldOf>) => [
          regressions,
          flaky.map((f) => [f.releases, f.platform, f.usual, f.since]),
        ];
        expect(told(worldOf([...ran, ...silent]))).toEqual(told(worldOf(ran)));
      }),
      { numRuns: 200 },
    );
  });

  it('a failure after passes is a regression, or told with a rate that explains it, or failed there before', () => {
    fc.assert(
      fc.property(histories, (ran) => {
        const { bad, flaky } = worldOf(ran);
        for (const release of [...mainline, ...stable]) {
          const before = stable.includes(release)
            ? [...mainline.slice(0, 10), ...stable.slice(0, stable.indexOf(release))]
            : mainline.slice(0, mainline.indexOf(release));
          for (const platform of ['one', 'two']) {
            const here = ran.filter((r) => r.platform === platform && r.bad + r.good > 0);
            const sum = (those: readonly Ran[]) =>
              those.reduce((s, r) => ({ bad: s.bad + r.bad!, good: s.good + r.good! }), { bad: 0, good: 0 });
            const now = sum(here.filter((r) => r.release === release));
            const last = before.filter((name) => here.some((r) => r.release === name)).at(-1);
            if (now.bad === 0 || now.good > 0 || last === undefined) continue;
            const nearest = sum(here.filter((r) => r.release === last));
            if (nearest.bad > 0) continue;
            // Machines of a test that was never flaky are one: it may be bad there since another machine failed.
            const isOpen = bad.has(release);
            const isTold = flaky.some(
              (f) =>
                f.releases.includes(release) &&
                f.platform === platform &&
                f.usual.bad > 0 &&
                f.chance >= 0.01,
            );
            expect([release, platform, isOpen || isTold]).toEqual([release, platform, true]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('at one rate seldom opens one, and at another from a release on does', () => {
    const random = randomNumbers(3);
    const runs = (release: string, rate: number): Ran => {
      const bad = Array.from({ length: 12 }, random).filter((chance) => chance < rate).length;
      return { release, bad, good: 12 - bad };
    };
    let [wrong, found] = [0, 0];
    for (let of = 0; of < 100; of++) {
      const turn = 6 + Math.floor(random() * 8);
      if (at(mainline.map((name) => runs(name, 0.3))).length > 0) wrong += 1;
      const places = at(mainline.map((name, index) => runs(name, index < turn ? 0.15 : 0.75)));
      if (places.some((place) => place === `${mainline[turn - 1]}..${mainline[turn]}`)) found += 1;
    }
    expect([wrong <= 4, found >= 90]).toEqual([true, true]);
  });
});
