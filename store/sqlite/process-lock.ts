import { Connection } from './connection.ts';

/** Gives a lock back. */
export type Unlock = () => void;

/**
 * Takes a lock that the operating system releases when this process ends, however it ends. So there are no stale locks, and after a killed
 * process exactly one of several waiting ones gets it. The file stays, empty: removing it would let two processes lock different files.
 *
 * @returns null while somebody else holds it, in this process or another.
 */
export function lockFile(path: string): Unlock | null {
  const db = new Connection(path, { timeout: 0 });
  try {
    // Nothing is ever written here, so there is nothing to roll back either.
    db.set('journal_mode = OFF');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))
      return null;
    throw error;
  }
  return () => {
    db.close();
  };
}
