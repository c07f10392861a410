import type { EventStore } from '../../store/event-store.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import { contradict } from './field-merge.ts';
import type { Model } from '../model/model.ts';
import { resultsModel } from './results-model.ts';
import { highest, versionsOf } from './run-versions.ts';

type Run = TypedStoredEvent<'RunObserved'>;

/** Versions of one run that are of equal order and say different things of it: all count, and somebody is wrong. */
export async function rivalRuns(store: EventStore, model: Model): Promise<readonly (readonly Run[])[]> {
  const rows = await store.rows(resultsModel);
  const odd = (await rows.find('run', 'odd', ['1'])).map((row) => Number(row.key)).sort((a, b) => a - b);
  const runs = (await store.at(odd)) as readonly Run[];
  return [...versionsOf(model, runs).values()]
    .map((versions) => highest(versions.filter((run) => !model.counting.retracted.has(run.id))))
    .filter((top) => top.length > 1 && contradict(top.map((run) => run.payload)));
}
