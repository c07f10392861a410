import { canonicalJson } from '../canonical-json.ts';
import type { EventStore } from '../event-store.ts';
import { memoryRows } from './memory-rows.ts';
import type { ReadModel, Row } from '../read-model.ts';

/**
 * Finds a row of a read model that is not what the log gives: all of it is folded anew, in memory, and compared. What is
 * behind is brought up first. Null where all rows are right; else the table and the key.
 */
export async function strayRow(store: EventStore, model: ReadModel): Promise<string | null> {
  for (;;) {
    const kept = await store.rows(model);
    const { position } = await store.head();
    const anew = memoryRows(model, {
      pages: (types, after, to) => store.read({ types, from: after + 1, to }),
      at: (positions) => store.at(positions),
    });
    for await (const page of store.read({ types: model.types, to: position })) await model.fold(anew, page);
    let stray: string | null = null;
    for (const table of Object.keys(model.tables)) {
      const key = strayKey(await kept.all(table), await anew.all(table));
      if (key !== null) stray ??= `${model.name}.${table}: ${key}`;
    }
    // Somebody who writes meanwhile brings rows that the fold has not seen.
    if (stray === null || (await store.head()).position === position) return stray;
  }
}

/** The first key, in their order, under which two lists of rows differ. */
function strayKey(kept: readonly Row[], anew: readonly Row[]): string | null {
  const rows = new Map(anew.map((row) => [row.key, textOf(row)]));
  for (const row of kept) {
    if (rows.get(row.key) !== textOf(row)) return row.key;
    rows.delete(row.key);
  }
  const [missing] = rows.keys();
  return missing ?? null;
}

function textOf({ value, indexes = {} }: Row): string {
  return canonicalJson([value, indexes]);
}
