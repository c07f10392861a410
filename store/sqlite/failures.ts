import { existsSync } from 'node:fs';
import { StoreError } from '../errors.ts';

/** Turns an error of SQLite into a StoreError with advice; other errors are rethrown. */
export function storeFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const { code } = error;
  const is = (...prefixes: readonly string[]) => prefixes.some((prefix) => code.startsWith(prefix));
  const cause = { cause: error };
  if (is('SQLITE_NOTADB')) {
    return new StoreError(
      'not-a-database',
      `${path} is not a database`,
      'name another file with --db, or move this one away',
      cause,
    );
  }
  if (is('SQLITE_BUSY', 'SQLITE_LOCKED')) {
    return new StoreError(
      'locked',
      `${path} is being written by somebody else`,
      'wait until the other regline is done, then run the same command again',
      cause,
    );
  }
  if (is('SQLITE_READONLY')) {
    return new StoreError(
      'read-only',
      `${path} cannot be written`,
      'check the permissions of the file and its folder, or copy it to a folder that you may write to',
      cause,
    );
  }
  if (is('SQLITE_FULL')) {
    return new StoreError(
      'full',
      `there is no room left for ${path}`,
      'free some room, then run the same command again; nothing was half-written',
      cause,
    );
  }
  // A limit on the size of files (EFBIG), or a disk that broke: the log itself is as it was.
  if (is('SQLITE_IOERR_WRITE', 'SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_TRUNCATE')) {
    return new StoreError(
      'full',
      `${path} could not be written: ${error.message}`,
      'look at the disk, its quota and the limit on the size of files (ulimit -f), then run the same command again; nothing was half-written',
      cause,
    );
  }
  if (is('SQLITE_CORRUPT', 'SQLITE_IOERR')) {
    return new StoreError(
      'damaged',
      `${path} is damaged: ${error.message}`,
      'run regline verify to see where; restore the file from a copy',
      cause,
    );
  }
  if (is('SQLITE_CANTOPEN', 'SQLITE_PERM') && existsSync(path)) {
    // The file is there: what is refused are the -wal and -shm files beside it, which reading needs as well.
    return new StoreError(
      'read-only',
      `${path} cannot be opened: ${error.message}`,
      'check the permissions of the file and its folder, or copy it to a folder that you may write to',
      cause,
    );
  }
  if (is('SQLITE_CANTOPEN', 'SQLITE_PERM')) {
    return new StoreError(
      'missing-folder',
      `${path} cannot be made: ${error.message}`,
      'check that the folder exists and may be written to',
      cause,
    );
  }
  return error;
}
