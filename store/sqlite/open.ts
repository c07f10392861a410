import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Connection } from './connection.ts';
import { StoreError } from '../errors.ts';
import type { EventStore } from '../event-store.ts';
import { catalogue as allEvents, type Catalogue } from '../events/catalogue.ts';
import { APPLICATION_ID, migrations } from '../schema/migrations.ts';
import { storeFailure } from './failures.ts';
import { sqliteStore } from './sqlite-store.ts';
import { STAGE_BYTES } from './staging.ts';

export interface OpenOptions {
  /** `create` makes the file where it is missing; `write` and `read` need it to be there. */
  readonly mode: 'create' | 'write' | 'read';
  readonly catalogue?: Catalogue;
  /** How long to wait for another writer; 30 seconds when left out, which is what a very large import takes. */
  readonly busyTimeoutMs?: number;
  /** The largest number of pages that the file may have; for trying what happens when it is full. */
  readonly maxPages?: number;
  /** How many bytes of events an append holds in memory before they go to a temporary table; 64 MB when left out. */
  readonly stageBytes?: number;
}

/**
 * Opens a log in a SQLite file.
 *
 * @throws StoreError when the file is missing, no database, somebody else's, newer than this regline, locked, read-only.
 */
// eslint-disable-next-line @typescript-eslint/require-await -- opening is asynchronous in the port, so that every backend can do it
export async function openSqliteStore(path: string, options: OpenOptions): Promise<EventStore> {
  const { mode, catalogue = allEvents, busyTimeoutMs = 30_000 } = options;
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) {
    throw new StoreError(
      'missing-folder',
      `the folder ${folder} does not exist`,
      'make the folder first, or name another file with --db',
    );
  }
  if (mode !== 'create' && !existsSync(path)) {
    throw new StoreError(
      'missing',
      `there is no log at ${path}`,
      'run "regline init" or "regline import" first, or name another file with --db',
    );
  }
  if (existsSync(path) && !statSync(path).isFile()) {
    const what = statSync(path).isDirectory() ? 'a folder' : 'a pipe or a device';
    throw new StoreError('not-a-database', `${path} is ${what}`, 'name a file with --db');
  }
  let db: Connection | null = null;
  try {
    db = new Connection(path, { readonly: mode === 'read', timeout: busyTimeoutMs });
    if (options.maxPages !== undefined) db.set(`max_page_count = ${options.maxPages}`);
    prepare(db, path, mode);
    return sqliteStore(db, path, catalogue, {
      readOnly: mode === 'read',
      stageBytes: options.stageBytes ?? STAGE_BYTES,
    });
  } catch (error) {
    db?.close();
    const failure = storeFailure(error, path);
    const bytes = mode === 'read' && isReadOnly(failure) ? bytesOf(path) : null;
    if (bytes === null) throw failure;
    const held = new Connection(bytes, { readonly: true });
    prepare(held, path, mode);
    return sqliteStore(held, path, catalogue, { readOnly: true, stageBytes: STAGE_BYTES });
  }
}

/** A larger file than this is not held in memory. */
const MOST_BYTES = 2 ** 30;

const isReadOnly = (failure: unknown) => failure instanceof StoreError && failure.code === 'read-only';

/**
 * The bytes of a log in a folder without write permission, where SQLite cannot create the files that it needs beside it. Null if a file
 * beside it has a part of the log, or if the log is very large.
 */
function bytesOf(path: string): Buffer | null {
  const beside = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if ((beside !== undefined && beside.size > 0) || statSync(path).size > MOST_BYTES) return null;
  const bytes = readFileSync(path);
  // Bytes 18 and 19 of a SQLite file: 2 says that there is a log of writes beside it, which bytes in memory do not have.
  bytes.fill(1, 18, 20);
  return bytes;
}

/**
 * Opens an empty, private log that is deleted when it is closed. SQLite keeps it in memory while it is small
 * and in a file without a name when it grows, so that trying a large import needs no more memory than doing it.
 */
export function temporarySqliteStore(catalogue: Catalogue = allEvents): EventStore {
  const db = new Connection('');
  prepare(db, 'a temporary log', 'create');
  // It is written once and hardly read: what does not fit into the cache goes to its file.
  db.set('cache_size = -65536');
  return sqliteStore(db, '', catalogue, { readOnly: false, stageBytes: STAGE_BYTES });
}

const LATEST = migrations.at(-1)!.version;

/** Checks that a database is a log that this program can use, and configures it for the mode in which it is opened. */
function prepare(db: Connection, path: string, mode: OpenOptions['mode']): void {
  const version = schemaVersion(db, path);
  if (version === 0 && mode !== 'create') {
    throw new StoreError(
      'missing',
      `${path} holds no log yet`,
      'run "regline init" or "regline import" first',
    );
  }
  if (version > 0) checkTables(db, path);
  db.set('foreign_keys = ON');
  if (mode === 'read') {
    if (version < LATEST) {
      throw new StoreError(
        'read-only',
        `${path} was written by an older regline (schema ${version}) and is open for reading only`,
        'run any regline command that writes, such as "regline init", to bring it up to date',
      );
    }
    db.set('cache_size = -65536');
    return;
  }
  db.set('journal_mode = WAL', 'synchronous = NORMAL', 'cache_size = -262144');
  // Ids are hashes: every import of a file touches pages all over their index. Copying them back to the file once in
  // 64 MB, and not once in 4, spares most of that work in a folder of many small files.
  db.set('wal_autocheckpoint = 16384');
  if (version < LATEST) migrate(db);
}

/**
 * Gives the version of the schema, 0 for an empty database.
 *
 * @throws StoreError where another program wrote it, or a newer regline.
 */
function schemaVersion(db: Connection, path: string): number {
  // The first statement that reads the file: a file that is no database fails here.
  const version = db.pragma('user_version') as number;
  const application = db.pragma('application_id') as number;
  const tables = db
    .column("SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
    .get() as number;
  if (application !== APPLICATION_ID && (tables > 0 || application !== 0)) {
    throw new StoreError(
      'foreign-database',
      `${path} is a database of another program`,
      'name another file with --db',
    );
  }
  if (version > LATEST) {
    throw new StoreError(
      'newer-schema',
      `${path} was written by a newer regline (schema ${version}, this one knows ${LATEST})`,
      'install the newer regline to use it',
    );
  }
  return version;
}

function migrate(db: Connection): void {
  db.transaction(() => {
    // Another process may have been faster while this one waited for the lock.
    const now = db.pragma('user_version') as number;
    for (const migration of migrations) if (migration.version > now) db.exec(migration.sql);
    db.set(`application_id = ${APPLICATION_ID}`, `user_version = ${LATEST}`);
  }).immediate();
}

/** A file with the mark of a log but without its tables is a damaged log. */
function checkTables(db: Connection, path: string): void {
  const find = db.column("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  const lost = ['source', 'batch', 'event', 'head', 'read_model'].filter(
    (name) => find.get(name) === undefined,
  );
  if (lost.length === 0) return;
  throw new StoreError(
    'damaged',
    `${path} is damaged: it has no table ${lost.join(', ')}`,
    'restore the file from a copy',
  );
}
