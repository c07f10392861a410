import fc from 'fast-check';
import type { Model } from '../../queries/model/model.ts';
import { allArchs } from '../../queries/model/select.ts';
import { gatherResults } from '../../queries/results/result-index.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { modelOf } from './facts-model.ts';

/** Three numbers by which chance picks a cell, or a result. */
export type Pick = readonly [number, number, number];
export const picks = (length: number) =>
  fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: length, maxLength: length });
export const one = <T>(list: readonly T[], number: number): T => list[number % list.length]!;

/** A log of which some is missing; releases and lines stay, so that there is something to ask. With some results of its tests. */
export function randomWorld(
  events: readonly StoredEvent[],
  dice: readonly number[],
  results: readonly Pick[],
): Model {
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
