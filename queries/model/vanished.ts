import type { EventStore } from '../../store/event-store.ts';
import type { NewEvent, StoredEvent } from '../../store/events/event.ts';
import type { Model } from './model.ts';

type Named = Pick<StoredEvent | NewEvent, 'type' | 'stream'>;

function statementOf({ type, stream }: Named): string {
  return `${type} ${stream}`;
}

function fileName(carrier: string): string {
  return carrier.slice(carrier.lastIndexOf('/') + 1);
}

/**
 * Finds the statements that an earlier import read from this file and that none of the files now holds. They still
 * count: a record that disappears retracts nothing. What was retracted by hand is not asked about again.
 *
 * @param carrier The name of the file; it is the same file where the name without its folders is, and one statement.
 * @param here What the file says now.
 * @param present What all files of the import say.
 */
export async function vanishedStatements(
  store: EventStore,
  model: Model,
  carrier: string,
  format: string,
  here: readonly NewEvent[],
  present: readonly NewEvent[],
): Promise<readonly string[]> {
  const own = new Set(here.map(statementOf));
  const kept = new Set(present.map(statementOf));
  const counting = new Set(model.counting.events.map(statementOf));
  const before = new Map<string, Set<string>>();
  for (const batch of await store.batches()) {
    if (batch.carrier === null || fileName(batch.carrier) !== fileName(carrier)) continue;
    if (batch.importer?.startsWith(`${format}/`) !== true) continue;
    const statements = before.get(batch.carrier) ?? new Set();
    before.set(batch.carrier, statements);
    const [from, to] = [batch.firstPosition, batch.firstPosition + batch.events - 1];
    for await (const page of store.read({ from, to }))
      for (const event of page) statements.add(statementOf(event));
  }
  const vanished = new Set<string>();
  for (const [name, statements] of before) {
    if (name !== carrier && ![...statements].some((statement) => own.has(statement))) continue;
    for (const statement of statements)
      if (!kept.has(statement) && counting.has(statement)) vanished.add(statement);
  }
  return [...vanished].sort();
}
