import { disagreeingResults, type Origins } from '../../queries/knowledge/contradictions.ts';
import type { Model } from '../../queries/model/model.ts';
import type { EventStore } from '../../store/event-store.ts';

/** Asks the log who ran the runs whose results disagree; there are few of them. */
export async function originsOf(store: EventStore, model: Model): Promise<Origins> {
  const ids = new Set(
    disagreeingResults(model).flatMap(({ good, bad }) => [...good, ...bad].map((a) => a.slice(0, 64))),
  );
  const origins = new Map<string, string>();
  for (const id of ids) {
    for (const event of await store.find(id, 1))
      if (event.type === 'RunObserved') origins.set(event.id, event.payload.origin);
  }
  return origins;
}
