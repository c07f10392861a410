import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { answersOf } from '../../queries/regressions/answers.ts';
import { allArchs } from '../../queries/model/select.ts';
import { culprits } from '../../queries/regressions/culprits.ts';
import { regressionLives } from '../../queries/regressions/regression-life.ts';
import type { Model } from '../../queries/model/model.ts';
import { BAD, GOOD } from '../../queries/outcomes/results.ts';
import { nameOf } from '../../queries/verdict/verdict.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { factsOf, modelOf, stored } from '../support/facts-model.ts';
import { picks, randomWorld } from '../support/random-worlds.ts';
import { worldOf } from '../support/world.ts';

let sets: readonly (readonly StoredEvent[])[];
beforeAll(async () => {
  sets = [stored(await factsOf('test/fixtures/pipes')), stored(await factsOf('data/rseq'))];
});

/** The cells of the default configuration that are broken, by name. */
function brokenCells(model: Model): readonly string[] {
  const { verdicts } = answersOf(model);
  return model.consumers.flatMap((consumer) =>
    allArchs(model).flatMap((arch) =>
      model.graph.order
        .filter((release) => verdicts.at(consumer, release, arch).status === 'broken')
        .map((release) => `${nameOf(consumer)} ${arch} ${release}`),
    ),
  );
}

/** Whether the last thing that a test came to before a release, without a doubt, was a pass. */
function hadPassed(model: Model, test: string, release: string, arch: string): boolean {
  const has = (at: string, outcomes: typeof BAD) =>
    outcomes.some((outcome) => model.results.at(test, at, arch, null)?.has(outcome) === true);
  for (
    let at = model.graph.releases.get(release)!.predecessor;
    at !== null;
    at = model.graph.releases.get(at)!.predecessor
  )
    if (has(at, GOOD) !== has(at, BAD)) return has(at, GOOD);
  return false;
}

/** Holds every cell that is broken to what is listed, and what is listed to what stands behind it. */
function holdToCells(model: Model): void {
  const { verdicts, regressions } = answersOf(model);
  const covered = new Set(
    regressions.flatMap(({ stretch }) =>
      stretch.violations.flatMap((v) => v.releases.map((r) => `${nameOf(v.consumer)} ${v.arch} ${r}`)),
    ),
  );
  const { brokenApart } = regressionLives(model);
  const broken = brokenCells(model);
  const { members } = model.graph;
  const apart = brokenApart.flatMap((b) =>
    b.affected.flatMap(({ line, from, to }) => {
      const names = members.get(line)!;
      const last = to === null ? names.length - 1 : names.indexOf(to);
      return names.slice(names.indexOf(from), last + 1).map((release) => ({ ...b, release }));
    }),
  );
  const nameIn = (b: (typeof apart)[number]) =>
    `${b.variant === null ? b.consumer : `${b.consumer}/${b.variant}`} ${b.arch} ${b.release}`;
  expect(apart.map(nameIn).sort()).toEqual(broken.filter((cell) => !covered.has(cell)).sort());
  for (const b of apart) {
    const consumer = model.consumers.find((c) => c.consumer === b.consumer && c.variant === b.variant)!;
    const { tested, claims } = verdicts.at(consumer, b.release, b.arch);
    if (b.why === 'claim') expect([tested, claims.length > 0]).toEqual([null, true]);
    if (b.why === 'never-passed')
      expect(tested!.failing.filter((test) => hadPassed(model, test, b.release, b.arch))).toEqual([]);
  }
  for (const { document: r, stretch } of regressions) {
    if (r.opened === 'records')
      for (const { consumer, arch, need, releases } of stretch.violations)
        for (const release of releases)
          expect(verdicts.needs(consumer, release, arch)).toContainEqual(
            expect.objectContaining({ event: need.event, behaviour: stretch.behaviour, state: 'fails' }),
          );
    if (r.opened === 'claim')
      expect(
        r.evidence.some((id) => {
          const event = model.byId.get(id);
          return event?.type === 'BreakageClaimed' && /broken|degraded/.test(event.payload.says);
        }),
      ).toBe(true);
    if (r.opened === 'tests') {
      const [test] = r.evidence.flatMap((id) => {
        const event = model.byId.get(id);
        return event?.type === 'TestRecorded' ? [event.payload.test] : [];
      });
      for (const release of stretch.releases)
        expect(
          r.archs.some((arch) => BAD.some((o) => model.results.at(test!, release, arch, null)?.has(o))),
        ).toBe(true);
    }
  }
}

describe('a cell that is broken', () => {
  it('is in a regression that is listed, or told with the reason; and behind each regression stands what opened it', () => {
    for (const set of sets) holdToCells(modelOf(set));
    fc.assert(
      fc.property(
        fc.nat({ max: 1 }),
        fc.array(fc.nat({ max: 99 }), { minLength: 20, maxLength: 20 }),
        picks(40),
        (set, dice, results) => {
          holdToCells(randomWorld(sets[set]!, dice, results));
        },
      ),
      { numRuns: 15 },
    );
  });

  const CONSUMERS = `consumers:
  - { consumer: lib, title: L, interface: io, archs: [s390, mips], source: old }
  - { consumer: app, title: A, interface: io, archs: [s390], embeds: { consumer: lib }, source: old }
requirements:
  - { key: lib-order, consumer: lib, behaviour: io.order, needs: [kept], otherwise: broken, why: so, source: old }
`;
  const claim = (rest: string) =>
    `breakage:\n  - { key: breaks, consumer: lib, says: broken, releases: ["v1.3"], ${rest}, source: ann }\n`;

  it('by a claim about what it embeds, is in the regression that the claim opens', async () => {
    const model = modelOf(await worldOf(`${CONSUMERS}${claim('archs: [s390, mips]')}`));
    expect(brokenCells(model)).toEqual(['app s390 v1.3', 'lib s390 v1.3', 'lib mips v1.3']);
    expect(culprits(model).regressions).toMatchObject([
      {
        opened: 'claim',
        consumers: ['lib', 'app'],
        title: 'something breaks lib and 1 that embeds it on s390, mips since v1.3',
      },
    ]);
    expect(culprits(model, { consumer: 'app' }).regressions).toHaveLength(1);
    holdToCells(model);
  });

  it('by a claim of a behaviour that the records know better, is told apart', async () => {
    const sets = `sets:\n  - { key: base, behaviour: io.order, at: [{ from: "v1.0", to: "v2.0" }], value: kept, source: old }\n`;
    const model = modelOf(await worldOf(`${CONSUMERS}${sets}${claim('archs: [s390], behaviour: io.order')}`));
    expect(regressionLives(model)).toMatchObject({
      regressions: [],
      brokenApart: [
        {
          consumer: 'app',
          arch: 's390',
          affected: [{ line: 'mainline', from: 'v1.3', to: 'v1.3' }],
          why: 'claim',
          says: 'Ann: lib broken at v1.3 on s390',
        },
        { consumer: 'lib', why: 'claim' },
      ],
    });
    holdToCells(model);
  });
});
