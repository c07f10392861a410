import { explain } from '../../queries/explain/explain.ts';
import type { EventsBeside } from '../../queries/explain/beside.ts';
import type { Model } from '../../queries/model/model.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import type { EventStore } from '../../store/event-store.ts';
import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';

type Run = TypedStoredEvent<'RunObserved'>;

/** Gets the runs and rejects that the explanation of a subject asks for, from the log; with a run its other versions. */
export async function eventsBeside(
  store: EventStore,
  model: Model,
  subject: readonly string[],
): Promise<EventsBeside> {
  const named = new Map<string, StoredEvent>();
  const versions = new Map<string, readonly Run[]>();
  for (const prefix of askedFor(model, subject)) {
    for (const event of await store.find(prefix, 6)) {
      if (model.byId.has(event.id)) continue;
      named.set(event.id, event);
      if (event.type === 'RunObserved') versions.set(event.stream, await versionsOf(store, event));
    }
  }
  return {
    beginning: (prefix) => [...named.values()].filter((e) => e.id.startsWith(prefix)),
    versionsOf: (run) => versions.get(run.stream) ?? [],
  };
}

async function versionsOf(store: EventStore, run: Run): Promise<readonly Run[]> {
  const found: Run[] = [];
  for await (const page of store.read({ streams: [run.stream] }))
    found.push(...page.filter((e): e is Run => e.type === 'RunObserved'));
  return found;
}

/** What an explanation asks for while nothing is given to it. */
function askedFor(model: Model, subject: readonly string[]): ReadonlySet<string> {
  const asked = new Set<string>();
  const none: EventsBeside = {
    beginning(prefix) {
      asked.add(prefix);
      return [];
    },
    versionsOf: () => [],
  };
  try {
    explain(model, subject, none);
  } catch (error) {
    // A run is no subject yet; whether it is one shows when it is there.
    if (!(error instanceof QueryError)) throw error;
  }
  return asked;
}
