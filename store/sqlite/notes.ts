import { beginSoon, cannotWrite } from './beside-log.ts';
import type { Connection } from './connection.ts';

/** Named so that dropping the read models drops it, too. */
const TABLE = 'rm_note';

/** Reads a note; null where there is none. */
export function readNote(db: Connection, key: string): string | null {
  const exists = db.rows("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(TABLE);
  if (exists === undefined) return null;
  return (db.column(`SELECT value FROM ${TABLE} WHERE key = ?`).get(key) as string | undefined) ?? null;
}

/** Writes a note, replacing one with the same key. Does nothing while somebody else writes, or without room on the disk. */
export function writeNote(db: Connection, key: string, value: string): void {
  try {
    beginSoon(db);
    db.exec(
      `CREATE TABLE IF NOT EXISTS ${TABLE} (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
    );
    db.rows(`INSERT OR REPLACE INTO ${TABLE} VALUES (?, ?)`).run(key, value);
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    if (!cannotWrite(error)) throw error;
  }
}
