import type { ReadModel } from '../read-model.ts';
import type { Connection } from './connection.ts';

/** Rows that cannot be written to the file lie in `temp`; naming the place keeps the two from shadowing one another. */
export type Place = 'main' | 'temp';

/** The name of a table without its place. */
function bareName(model: ReadModel, table: string): string {
  const name = `rm_${model.name}_${table}`;
  // Names come from code, never from outside; this keeps it so.
  if (!/^[a-z0-9_]+$/.test(name)) throw new Error(`"${name}" is no table name`);
  return name;
}

/** The name of a table of a model, with the place where it lies. */
export const tableName = (model: ReadModel, table: string, place: Place) =>
  `${place}.${bareName(model, table)}`;

/** The tables of a model that are in the file, whichever version of it made them. */
function tablesThere(db: Connection, model: ReadModel): readonly string[] {
  const ofModel = bareName(model, '').replaceAll('_', '\\_');
  return db
    .column("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name LIKE ? ESCAPE '\\'")
    .all(`${ofModel}%`) as string[];
}

/** Rows are sound where this version of the model made them, and nobody took a table away since. */
export function isSound(db: Connection, model: ReadModel, version: string | undefined): boolean {
  if (version !== model.version) return false;
  const there = new Set(tablesThere(db, model));
  return Object.keys(model.tables).every((table) => there.has(bareName(model, table)));
}

/** Makes the tables of a model, empty; those that another version of it made in the file go. */
export function createTables(db: Connection, model: ReadModel, place: Place): void {
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

/** Drops the tables of all read models, and gives their names. */
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
