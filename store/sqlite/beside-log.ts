import type { Connection } from './connection.ts';

/** How long a question waits for a writer; after that it is answered without writing. */
const WRITER_WAIT_MS = 250;

/** Begins to write read models or cached values, without waiting for another writer as long as an import does: a question needs no write. */
export function beginSoon(db: Connection): void {
  const usual = db.pragma('busy_timeout') as number;
  db.set(`busy_timeout = ${Math.min(usual, WRITER_WAIT_MS)}`);
  try {
    db.exec('BEGIN IMMEDIATE');
  } finally {
    db.set(`busy_timeout = ${usual}`);
  }
}

/** Tells whether writing failed because of another writer, a full disk or a read-only file. */
export function cannotWrite(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    /^SQLITE_(READONLY|FULL|BUSY|LOCKED)/.test(String(error.code))
  );
}
