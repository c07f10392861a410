import type { Connection } from './connection.ts';

/** A question waits no longer than this for a writer; the answer is made aside then. */
const WRITER_WAIT_MS = 250;

/** Begins to write beside the log, without the long wait that an import has for another writer: whoever asks a question can do without. */
export function beginSoon(db: Connection): void {
  const usual = db.pragma('busy_timeout') as number;
  db.set(`busy_timeout = ${Math.min(usual, WRITER_WAIT_MS)}`);
  try {
    db.exec('BEGIN IMMEDIATE');
  } finally {
    db.set(`busy_timeout = ${usual}`);
  }
}

/** Tells whether somebody else writes, there is no room, or nothing may be written. */
export function cannotWrite(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    /^SQLITE_(READONLY|FULL|BUSY|LOCKED)/.test(String(error.code))
  );
}
