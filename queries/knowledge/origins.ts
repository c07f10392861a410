import { disagreeingResults } from './contradictions.ts';
import type { Model } from '../model/model.ts';
import type { EventStore } from '../../store/event-store.ts';

/** Asks the log who ran the tests whose results disagree, and on what machine; there are few of them. */
export async function originsOf(store: EventStore, model: Model): Promise<ReadonlyMap<string, string>> {
  const addresses = disagreeingResults(model).flatMap(({ good, bad }) => [...good, ...bad]);
  const origins = new Map<string, string>();
  for (const address of addresses) {
    const [id = '', index = ''] = address.split('#');
    for (const event of await store.find(id, 1)) {
      if (event.type !== 'RunObserved') continue;
      const { origin, platform, results } = event.payload;
      const machine = results[Number(index)]?.platform ?? platform;
      origins.set(address, machine === undefined ? origin : `${origin} (${machine})`);
    }
  }
  return origins;
}
