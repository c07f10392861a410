import { canonicalJson, type Json } from '../canonical-json.ts';
import { StoreError } from '../errors.ts';
import type { EventType } from '../events/catalogue.ts';
import type { StoredEvent } from '../events/event.ts';
import type { ReadModel, ReadModelWriter, Row } from '../read-model.ts';
import type { Connection } from './connection.ts';
import { tableName, type Place } from './read-model-tables.ts';

/** Reads the log for a fold. */
export interface LogReader {
  page(types: readonly EventType[], after: number, to: number, limit: number): readonly StoredEvent[];
  at(positions: readonly number[]): readonly StoredEvent[];
}

/** How many events a fold gets at once. */
export const PAGE = 1000;

/** A row whose value is parsed when it is asked for: of many rows only few values are used. */
class LazyRow implements Row {
  readonly key: string;
  readonly indexes: Readonly<Record<string, string>>;
  private readonly text: string;
  private read: Json | undefined;

  constructor(key: string, text: string, indexes: Readonly<Record<string, string>>) {
    this.key = key;
    this.text = text;
    this.indexes = indexes;
  }

  get value(): Json {
    this.read ??= valueOf(this.text);
    return this.read;
  }
}

function valueOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new StoreError(
      'damaged',
      'a row of what is kept beside the log cannot be read',
      'run regline rebuild: it is made again from the log',
      { cause: error },
    );
  }
}

/* eslint-disable @typescript-eslint/require-await -- the port is asynchronous for backends that wait; SQLite answers at once */
/** Gives access to the rows of a model, in the file or in `temp`. */
export function rowAccess(db: Connection, model: ReadModel, log: LogReader, place: Place): ReadModelWriter {
  const indexesOf = (table: string): readonly string[] => {
    const indexes = model.tables[table];
    if (!indexes) throw new Error(`${model.name} has no table "${table}"`);
    return indexes;
  };
  // The columns of a row in their order: key, value, indexes. As lists they are read in half the time.
  const rowOf = (names: readonly string[], [key, text, ...values]: readonly string[]): Row => {
    const indexes: Record<string, string> = {};
    names.forEach((name, i) => (indexes[name] = values[i]!));
    return new LazyRow(key!, text!, indexes);
  };
  return {
    async get(table, keys) {
      indexesOf(table);
      const find = db.column(`SELECT value FROM ${tableName(model, table, place)} WHERE key = ?`);
      const found = new Map<string, Json>();
      for (const key of keys) {
        const value = find.get(key) as string | undefined;
        if (value !== undefined) found.set(key, valueOf(value));
      }
      return found;
    },
    async find(table, index, values) {
      const indexes = indexesOf(table);
      if (!indexes.includes(index)) throw new Error(`${model.name}.${table} has no index "${index}"`);
      const select = db.lists(
        `SELECT * FROM ${tableName(model, table, place)} WHERE "i_${index}" = ? ORDER BY key`,
      );
      return [...new Set(values)].flatMap((value) =>
        (select.all(value) as string[][]).map((raw) => rowOf(indexes, raw)),
      );
    },
    async all(table) {
      const indexes = indexesOf(table);
      const all = db
        .lists(`SELECT * FROM ${tableName(model, table, place)} ORDER BY key`)
        .all() as string[][];
      return all.map((raw) => rowOf(indexes, raw));
    },
    async put(table, rows) {
      const indexes = indexesOf(table);
      const holes = ['?', '?', ...indexes.map(() => '?')].join(', ');
      const put = db.rows(`INSERT OR REPLACE INTO ${tableName(model, table, place)} VALUES (${holes})`);
      for (const row of rows)
        put.run(row.key, canonicalJson(row.value), ...indexes.map((index) => row.indexes?.[index] ?? ''));
    },
    async remove(table, keys) {
      indexesOf(table);
      const remove = db.rows(`DELETE FROM ${tableName(model, table, place)} WHERE key = ?`);
      for (const key of keys) remove.run(key);
    },
    async *again({ types, to }) {
      for (let after = 0; ;) {
        const page = log.page(types, after, to, PAGE);
        if (page.length === 0) return;
        yield page;
        after = page.at(-1)!.position;
      }
    },
    async eventsAt(positions) {
      return log.at(positions);
    },
  };
}
