import { beginSoon, cannotWrite } from './beside-log.ts';
import type { Connection } from './connection.ts';
import { canonicalJson, type Json } from '../canonical-json.ts';
import { StoreError } from '../errors.ts';
import type { EventType } from '../events/catalogue.ts';
import type { StoredEvent } from '../events/event.ts';
import type { ReadModel, ReadModelRows, ReadModelWriter, Row } from '../read-model.ts';

/** Reads the log for a fold. */
export interface LogReader {
  page(types: readonly EventType[], after: number, to: number, limit: number): readonly StoredEvent[];
  at(positions: readonly number[]): readonly StoredEvent[];
}

const PAGE = 1000;

/** Rows that cannot be written to the file lie in `temp`; naming the place keeps the two from shadowing one another. */
type Place = 'main' | 'temp';

function bareName(model: ReadModel, table: string): string {
  const name = `rm_${model.name}_${table}`;
  // Names come from code, never from outside; this keeps it so.
  if (!/^[a-z0-9_]+$/.test(name)) throw new Error(`"${name}" is no table name`);
  return name;
}

const tableName = (model: ReadModel, table: string, place: Place) => `${place}.${bareName(model, table)}`;

/** The tables of a model that are in the file, whichever version of it made them. */
function tablesThere(db: Connection, model: ReadModel): readonly string[] {
  const ofModel = bareName(model, '').replaceAll('_', '\\_');
  return db
    .column("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name LIKE ? ESCAPE '\\'")
    .all(`${ofModel}%`) as string[];
}

/** Rows are sound where this version of the model made them, and nobody took a table away since. */
function isSound(db: Connection, model: ReadModel, version: string | undefined): boolean {
  if (version !== model.version) return false;
  const there = new Set(tablesThere(db, model));
  return Object.keys(model.tables).every((table) => there.has(bareName(model, table)));
}

function createTables(db: Connection, model: ReadModel, place: Place): void {
  if (place === 'main')
    for (const name of tablesThere(db, model)) db.exec(`DROP TABLE main."${name.replaceAll('"', '""')}"`);
  for (const [table, indexes] of Object.entries(model.tables)) {
    const name = bareName(model, table);
    const columns = indexes.map((index) => `, "i_${index}" TEXT NOT NULL`).join('');
    db.exec(`DROP TABLE IF EXISTS ${place}.${name}`);
    db.exec(
      `CREATE TABLE ${place}.${name} (key TEXT PRIMARY KEY, value TEXT NOT NULL${columns}) STRICT, WITHOUT ROWID`,
    );
    for (const index of indexes) db.exec(`CREATE INDEX ${place}.${name}_${index} ON ${name} ("i_${index}")`);
  }
}

/** Drops the rows of all read models. */
export function dropReadModels(db: Connection): readonly string[] {
  const tables = db
    .column(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'rm\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all() as string[];
  db.transaction(() => {
    for (const table of tables) db.exec(`DROP TABLE "${table.replaceAll('"', '""')}"`);
    db.exec('DELETE FROM read_model');
  }).immediate();
  return tables;
}

/**
 * Brings the rows of a model up to the head and gives them. Rows and checkpoint change in one transaction. Where nothing
 * can be written (the file may only be read, the disk is full, somebody else is writing), a model that is behind is
 * folded into temporary tables: a question needs no room and waits for nobody.
 */
export async function rowsOf(
  db: Connection,
  model: ReadModel,
  log: LogReader,
  readOnly: boolean,
): Promise<ReadModelRows> {
  const head = () => db.column('SELECT position FROM head').get() as number;
  const mark = db.rows('SELECT version, position FROM read_model WHERE name = ?').get(model.name) as
    { version: string; position: number } | undefined;
  const rows = rowAccess(db, model, log, 'main');
  if (mark?.position === head() && isSound(db, model, mark.version)) return rows;
  const aside = async () => {
    const temporary = rowAccess(db, model, log, 'temp');
    createTables(db, model, 'temp');
    await fold(model, temporary, log, 0, head());
    return temporary;
  };
  if (readOnly) return aside();
  try {
    beginSoon(db);
    const again = db.rows('SELECT version, position FROM read_model WHERE name = ?').get(model.name) as
      { version: string; position: number } | undefined;
    const sound = isSound(db, model, again?.version);
    if (!sound) createTables(db, model, 'main');
    // The fold awaits nothing but its own rows, which are there at once: no other work can slip in.
    await fold(model, rows, log, sound ? again!.position : 0, head());
    db.rows(
      'INSERT INTO read_model VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, position = excluded.position',
    ).run(model.name, model.version, head());
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    if (cannotWrite(error)) return aside();
    throw error;
  }
  return rows;
}

async function fold(
  model: ReadModel,
  rows: ReadModelWriter,
  log: LogReader,
  from: number,
  to: number,
): Promise<void> {
  for (let after = from; ;) {
    const page = log.page(model.types, after, to, PAGE);
    if (page.length === 0) return;
    await model.fold(rows, page);
    after = page.at(-1)!.position;
  }
}

/** A row whose value is read when it is asked for: whoever reads many rows looks into few of them. */
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
function rowAccess(db: Connection, model: ReadModel, log: LogReader, place: Place): ReadModelWriter {
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
