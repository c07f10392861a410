import { Connection } from './connection.ts';

/** Gives a lock back. */
export type Unlock = () => void;

/**
 * Takes a lock that the system gives back when this process ends, however it ends: nobody has to find out whether its holder
 * still lives, so that of several who come after a killed one exactly one gets it. The file stays, and stays empty: whoever
 * removed it would leave others with a lock on a file that nobody sees any more.
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
