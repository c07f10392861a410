import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Consumer, Model } from '../../queries/model/model.ts';
import { allArchs } from '../../queries/model/select.ts';
import { gatherResults } from '../../queries/results/result-index.ts';
import type { Verdict } from '../../queries/verdict/verdict.ts';
import { verdicts } from '../../queries/verdict/verdicts.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { factsOf, modelOf, stored } from '../support/facts-model.ts';

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

/** Three numbers by which chance picks a cell, or a result. */
type Pick = readonly [number, number, number];
const picks = (length: number) =>
  fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: length, maxLength: length });
const one = <T>(list: readonly T[], number: number): T => list[number % list.length]!;

/** Some cells of a model. */
function cellsOf(model: Model, picked: readonly Pick[]): readonly (readonly [Consumer, string, string])[] {
  const archs = allArchs(model);
  const { order } = model.graph;
  if (order.length === 0 || archs.length === 0 || model.consumers.length === 0) return [];
  return picked.map(([c, r, a]) => [one(model.consumers, c), one(order, r), one(archs, a)]);
}

/** A log of which some is missing; releases and lines stay, so that there is something to ask. With some results of its tests. */
function worldOf(events: readonly StoredEvent[], dice: readonly number[], results: readonly Pick[]): Model {
  const model = modelOf(
    events.filter(
      ({ type }, at) =>
        type === 'ReleaseRecorded' || type === 'LineRecorded' || one(dice, at) + (at % 7) > 25,
    ),
  );
  const tests = model.of('TestRecorded').map((e) => e.payload.test);
  const archs = allArchs(model);
  const gathered = gatherResults();
  if (tests.length > 0 && archs.length > 0)
    for (const [index, [t, r, a]] of results.entries())
      gathered.add(
        { test: one(tests, t), release: one(model.graph.order, r), arch: one(archs, a), config: '' },
        r % 3 === 0 ? 'fail' : 'pass',
        `${'e'.repeat(64)}#${index}`,
        '2026-01-01T00:00:00.000Z',
      );
  return { ...model, results: gathered.index };
}

describe('what cells share', () => {
  it('says of each what it says when that cell is asked alone, whatever of the log is missing', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1 }),
        fc.array(fc.nat({ max: 99 }), { minLength: 20, maxLength: 20 }),
        picks(200),
        picks(30),
        (set, dice, results, picked) => {
          const model = worldOf(sets[set]!, dice, results);
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
        },
      ),
      { numRuns: 30 },
    );
  });
});
