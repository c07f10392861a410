import type { EventStore } from '../../store/event-store.ts';
import type { Model } from '../model/model.ts';
import { resultsModel } from '../results/results-model.ts';
import { originOf, type WhoRan } from '../results/who-ran.ts';
import { disagreeingResults } from './contradictions.ts';

/** Asks what is kept of runs who ran the tests whose results disagree, and on what machine. */
export async function originsOf(store: EventStore, model: Model): Promise<ReadonlyMap<string, string>> {
  const addresses = disagreeingResults(model).flatMap(({ good, bad }) => [...good, ...bad]);
  const rows = await store.rows(resultsModel);
  const runs = await rows.find('run', 'id', [...new Set(addresses.map((address) => address.slice(0, 64)))]);
  const ranBy = new Map(runs.map((row) => [row.indexes!.id, row.value as unknown as WhoRan]));
  const origins = new Map<string, string>();
  for (const address of addresses) {
    const [id = '', index] = address.split('#');
    const run = ranBy.get(id);
    if (run !== undefined) origins.set(address, originOf(run, Number(index)));
  }
  return origins;
}
