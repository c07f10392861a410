import type { EventStore } from '../../store/event-store.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import type { ReadModel, ReadModelWriter, Row } from '../../store/read-model.ts';
import { isSeen, type Moment, momentOf, type View, withMoment } from '../model/view.ts';

/**
 * Every test that a run has a result of, with the first moments at which it had one. A row a test, whatever the number
 * of runs. A test whose only runs were retracted was seen all the same.
 */
export const testsSeenModel: ReadModel = {
  name: 'tests_seen',
  version: '1',
  types: ['RunObserved'],
  tables: { test: [] },
  fold,
};

async function fold(rows: ReadModelWriter, page: readonly StoredEvent[]): Promise<void> {
  const moments = new Map<string, readonly Moment[]>();
  for (const run of page) {
    if (run.type !== 'RunObserved') continue;
    const moment = momentOf(run);
    for (const test of new Set(run.payload.results.map((r) => r.test)))
      moments.set(test, withMoment(moments.get(test) ?? [], moment));
  }
  const before = await rows.get('test', [...moments.keys()]);
  const changed: Row[] = [];
  for (const [test, edge] of moments) {
    const kept = (before.get(test) ?? []) as unknown as readonly Moment[];
    const now = edge.reduce((all, moment) => withMoment(all, moment), kept);
    if (now !== kept) changed.push({ key: test, value: now });
  }
  await rows.put('test', changed);
}

/** Gives the tests that have results in a view, by name. */
export async function testsSeen(store: EventStore, view: View = {}): Promise<readonly string[]> {
  const rows = await (await store.rows(testsSeenModel)).all('test');
  return rows
    .filter((row) => (row.value as unknown as readonly Moment[]).some((moment) => isSeen(view, moment)))
    .map((row) => row.key);
}
