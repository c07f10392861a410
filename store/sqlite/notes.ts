import type Database from 'better-sqlite3';

/** Named so that whatever drops the read models drops it too. */
const TABLE = 'rm_note';

/** Reads a note; null where there is none. */
export function readNote(db: Database.Database, key: string): string | null {
  const exists = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(TABLE);
  if (exists === undefined) return null;
  return (
    (db.prepare(`SELECT value FROM ${TABLE} WHERE key = ?`).pluck().get(key) as string | undefined) ?? null
  );
}

/** Writes a note, in the place of one that had its key. */
export function writeNote(db: Database.Database, key: string, value: string): void {
  db.exec(
    `CREATE TABLE IF NOT EXISTS ${TABLE} (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  );
  db.prepare(`INSERT OR REPLACE INTO ${TABLE} VALUES (?, ?)`).run(key, value);
}
