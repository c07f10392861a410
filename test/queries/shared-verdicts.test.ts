import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Consumer, Model } from '../../queries/model/model.ts';
import { allArchs } from '../../queries/model/select.ts';
import type { FoundRegression } from '../../queries/regressions/found-regression.ts';
import { listedApart } from '../../queries/regressions/listed-apart.ts';
import { table } from '../../queries/tables/table.ts';
import { archsOf } from '../../queries/model/interfaces.ts';
import type { Verdict } from '../../queries/verdict/verdict.ts';
import { verdicts, type Verdicts } from '../../queries/verdict/verdicts.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { factsOf, stored } from '../support/facts-model.ts';
import { one, picks, randomWorld, type Pick } from '../support/random-worlds.ts';

let sets: readonly (readonly StoredEvent[])[];
beforeAll(async () => {
  sets = [stored(await factsOf('test/fixtures/pipes')), stored(await factsOf('data/rseq'))];
});

/** Everything that a verdict says, by ids. */
function said(v: Verdict): object {
  return {
    consumer: v.consumer.is,
    place: [v.release, v.arch, v.config],
    verdict: [v.status, v.basis, v.confidence, v.reported, v.note, v.contradictions, v.evidence],
    guard: v.guard,
    claims: v.claims.map(({ event }) => event.id),
    needs: v.needs.map((n) => [
      n.behaviour,
      n.event.id,
      n.state,
      n.effective.known
        ? [
            n.effective.value,
            n.effective.basis,
            n.effective.record.id,
            n.effective.change,
            n.effective.operands,
          ]
        : [n.effective.why, n.effective.change],
    ]),
  };
}

/** Some cells of a model. */
function cellsOf(model: Model, picked: readonly Pick[]): readonly (readonly [Consumer, string, string])[] {
  const archs = allArchs(model);
  const { order } = model.graph;
  if (order.length === 0 || archs.length === 0 || model.consumers.length === 0) return [];
  return picked.map(([c, r, a]) => [one(model.consumers, c), one(order, r), one(archs, a)]);
}

const cellName = (consumer: Consumer, release: string, arch: string) =>
  `${consumer.is[0]!} ${release} ${arch}`;

/** The cells that are listed as refused. */
function refusedCells(apart: readonly FoundRegression[]): readonly string[] {
  return apart
    .filter(({ document }) => document.kind === 'refuses')
    .flatMap(({ stretch }) =>
      stretch.violations.flatMap((v) => v.releases.map((release) => cellName(v.consumer, release, v.arch))),
    )
    .sort();
}

/** The cells whose verdict names a guard that refuses. */
function cellsThatRefuse(shared: Verdicts): readonly string[] {
  const { consumers, graph } = shared.model;
  return consumers
    .flatMap((consumer) =>
      (consumer.archs ?? archsOf(shared.model, consumer.interface)).flatMap((arch) =>
        graph.order
          .filter((release) => shared.at(consumer, release, arch).guard !== null)
          .map((release) => cellName(consumer, release, arch)),
      ),
    )
    .sort();
}

/** A change that touches a behaviour of which nobody has said anything else. */
const TOUCHED_AND_UNDEFINED: [number, number[], Pick[], Pick[]] = [
  0,
  [0, 0, 25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 25, 0, 23, 0],
  [[0, 0, 0]],
  [[0, 0, 0]],
];

describe('what cells share', () => {
  it('says of each what it says when that cell is asked alone, whatever of the log is missing', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1 }),
        fc.array(fc.nat({ max: 99 }), { minLength: 20, maxLength: 20 }),
        picks(200),
        picks(30),
        (set, dice, results, picked) => {
          const model = randomWorld(sets[set]!, dice, results);
          const shared = verdicts(model);
          for (const consumer of model.consumers)
            for (const arch of allArchs(model)) shared.along(consumer, arch);
          for (const [consumer, release, arch] of cellsOf(model, picked)) {
            const alone = said(verdicts(model).at(consumer, release, arch));
            expect(said(shared.at(consumer, release, arch))).toEqual(alone);
            // What releases that fare alike share names one of them.
            const along = shared.along(consumer, arch).at(release)!;
            expect({ ...said(along), place: [release, arch, null] }).toEqual(alone);
          }
          // A whole table makes one cell for all that share a verdict; one of chosen releases makes each.
          const whole = table(model);
          const releases = whole.releases.join(',');
          if (releases !== '') expect(table({ ...model }, { releases })).toEqual(whole);
          expect(refusedCells(listedApart(verdicts(model)))).toEqual(cellsThatRefuse(shared));
        },
      ),
      { numRuns: 30, examples: [TOUCHED_AND_UNDEFINED] },
    );
  });
});
