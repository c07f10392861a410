import { canonicalJson, type Json } from '../canonical-json.ts';
import type { EventType } from '../events/catalogue.ts';
import type { StoredEvent } from '../events/event.ts';
import type { ReadModel, ReadModelWriter, Row } from '../read-model.ts';

/** How a fold in memory finds events that were folded before. */
export interface FoldedLog {
  pages(
    types: readonly EventType[],
    after: number,
    to: number,
  ): Iterable<readonly StoredEvent[]> | AsyncIterable<readonly StoredEvent[]>;
  at(positions: readonly number[]): readonly StoredEvent[] | Promise<readonly StoredEvent[]>;
}

/** A row as it is kept: as text, so that nobody changes it from outside. */
interface KeptRow {
  readonly value: string;
  readonly indexes: Readonly<Record<string, string>>;
}

/** Orders keys by code point, as SQLite does; `<` would order by UTF-16 unit. */
const byKey = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

class MemoryTable {
  private readonly rows = new Map<string, KeptRow>();
  /** By index name, then value: the keys. */
  private readonly keys: ReadonlyMap<string, Map<string, Set<string>>>;

  constructor(indexes: readonly string[]) {
    this.keys = new Map(indexes.map((index) => [index, new Map<string, Set<string>>()]));
  }

  get(key: string): Json | undefined {
    const row = this.rows.get(key);
    return row && (JSON.parse(row.value) as Json);
  }

  put({ key, value, indexes = {} }: Row): void {
    this.remove(key);
    const kept = Object.fromEntries([...this.keys.keys()].map((name) => [name, indexes[name] ?? '']));
    this.rows.set(key, { value: canonicalJson(value), indexes: kept });
    for (const [index, values] of this.keys) {
      const keys = values.get(kept[index]!) ?? new Set();
      values.set(kept[index]!, keys.add(key));
    }
  }

  remove(key: string): void {
    const row = this.rows.get(key);
    if (!row) return;
    this.rows.delete(key);
    for (const [index, values] of this.keys) values.get(row.indexes[index]!)?.delete(key);
  }

  /** Gives the rows under a value of an index, or null where there is no such index. */
  find(index: string, value: string): Row[] | null {
    const values = this.keys.get(index);
    return values ? this.rowsOf(values.get(value) ?? []) : null;
  }

  all(): Row[] {
    return this.rowsOf(this.rows.keys());
  }

  private rowsOf(keys: Iterable<string>): Row[] {
    return [...keys].sort(byKey).map((key) => {
      const { value, indexes } = this.rows.get(key)!;
      return { key, value: JSON.parse(value) as Json, indexes };
    });
  }
}

/* eslint-disable @typescript-eslint/require-await -- the port is asynchronous for backends that wait */
/** Makes the rows of a read model, all empty. */
export function memoryRows(model: ReadModel, log: FoldedLog): ReadModelWriter {
  const tables = new Map(
    Object.entries(model.tables).map(([table, indexes]) => [table, new MemoryTable(indexes)]),
  );
  const tableOf = (name: string): MemoryTable => {
    const table = tables.get(name);
    if (!table) throw new Error(`${model.name} has no table "${name}"`);
    return table;
  };
  return {
    async get(table, keys) {
      const rows = tableOf(table);
      const found = new Map<string, Json>();
      for (const key of keys) {
        const value = rows.get(key);
        if (value !== undefined) found.set(key, value);
      }
      return found;
    },
    async find(table, index, values) {
      const rows = tableOf(table);
      return [...new Set(values)].flatMap((value) => {
        const found = rows.find(index, value);
        if (!found) throw new Error(`${model.name}.${table} has no index "${index}"`);
        return found;
      });
    },
    async all(table) {
      return tableOf(table).all();
    },
    async put(table, rows) {
      for (const row of rows) tableOf(table).put(row);
    },
    async remove(table, keys) {
      for (const key of keys) tableOf(table).remove(key);
    },
    async *again({ types, to }) {
      yield* log.pages(types, 0, to);
    },
    async eventsAt(positions) {
      return log.at(positions);
    },
  };
}
