import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
} from 'kysely';

/** The tables that are queried outside the hot paths, as Kysely sees them. */
interface Tables {
  batch: {
    batch: number;
    recorded_at: string;
    actor: string;
    tool: string;
    importer: string | null;
    carrier: string | null;
    carrier_hash: string | null;
    first_position: number;
    events: number;
    hash: string;
  };
  event: { position: number; type: string };
}

/**
 * Kysely writes the SQL, better-sqlite3 runs it: a compiled query is a prepared statement. Its own driver is not used,
 * and it is loaded only where it is asked, because it would double the start-up of every command.
 */
const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (k) => new SqliteIntrospector(k),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** Batches by number, both ends included. */
export function batchesBetween(from: number, to: number): CompiledQuery {
  return db
    .selectFrom('batch')
    .select([
      'batch as number',
      'recorded_at as recordedAt',
      'actor',
      'tool',
      'importer',
      'carrier',
      'carrier_hash as carrierHash',
      'first_position as firstPosition',
      'events',
      'hash',
    ])
    .where('batch', '>=', from)
    .where('batch', '<=', to)
    .orderBy('batch')
    .compile();
}

/** How many events of each type there are. */
export function eventsByType(): CompiledQuery {
  return db
    .selectFrom('event')
    .select(({ fn }) => ['type', fn.countAll<number>().as('n')])
    .groupBy('type')
    .orderBy('type')
    .compile();
}
