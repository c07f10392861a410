import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Consumer, Model } from '../../queries/model/model.ts';
import { allArchs } from '../../queries/model/select.ts';
import type { Verdict } from '../../queries/verdict/verdict.ts';
import { verdicts, type Verdicts } from '../../queries/verdict/verdicts.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { factsOf, modelOf, stored } from '../support/facts-model.ts';

let sets: readonly (readonly StoredEvent[])[];
beforeAll(async () => {
  sets = [stored(await factsOf('test/fixtures/pipes')), stored(await factsOf('data/rseq'))];
});

/** Everything that a verdict says, by ids. */
function said(v: Verdict): unknown {
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

/** Some cells of a model, by what chance picked. */
function cellsOf(model: Model, picks: readonly Pick[]): readonly (readonly [Consumer, string, string])[] {
  const archs = allArchs(model);
  const { order } = model.graph;
  if (order.length === 0 || archs.length === 0 || model.consumers.length === 0) return [];
  return picks.map(([c, r, a]) => [
    model.consumers[c % model.consumers.length]!,
    order[r % order.length]!,
    archs[a % archs.length]!,
  ]);
}

type Pick = readonly [consumer: number, release: number, arch: number];
const picks = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: 20 })), { minLength: 30, maxLength: 30 });
const everyCell = (asked: Verdicts): void => {
  const { model } = asked;
  for (const consumer of model.consumers)
    for (const arch of allArchs(model))
      for (const release of model.graph.order) asked.at(consumer, release, arch);
};

describe('what cells share', () => {
  it('says of each what it says when that cell is asked alone, whatever of the log is missing', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1 }),
        fc.array(fc.nat({ max: 99 }), { minLength: 20, maxLength: 20 }),
        picks,
        (set, dice, picks) => {
          // Releases and lines stay, so that there is something to ask; of all else some is missing.
          const events = sets[set]!.filter(
            ({ type }, at) =>
              type === 'ReleaseRecorded' ||
              type === 'LineRecorded' ||
              dice[at % dice.length]! + (at % 7) > 25,
          );
          const model = modelOf(events);
          const shared = verdicts(model);
          everyCell(shared);
          for (const [consumer, release, arch] of cellsOf(model, picks))
            expect(said(shared.at(consumer, release, arch))).toEqual(
              said(verdicts(model).at(consumer, release, arch)),
            );
        },
      ),
      { numRuns: 30 },
    );
  });
});
