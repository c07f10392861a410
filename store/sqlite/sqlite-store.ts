import type Database from 'better-sqlite3';
import type { Batch, EventStore, Head, ReadFilter } from '../event-store.ts';
import type { Catalogue } from '../events/catalogue.ts';
import type { StoredEvent } from '../events/event.ts';
import { knownAtEnd } from '../known-at.ts';
import { appendBatch, prepareEvent, type Prepared } from './append.ts';
import { storeFailure } from './failures.ts';
import { dropReadModels, rowsOf, type LogReader } from './read-models.ts';
import { EVENT_SELECT, eventOf, type EventRow } from './rows.ts';
import { verifyLog } from './verify.ts';

const PAGE = 1000;

/** The log in an open SQLite database. */
export function sqliteStore(
  db: Database.Database,
  path: string,
  catalogue: Catalogue,
  readOnly: boolean,
): EventStore {
  // One piece of work at a time on the one connection: transactions of two callers must not mix.
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => T | Promise<T>): Promise<T> => {
    const run = last.then(work, work).catch((error: unknown) => {
      throw storeFailure(error, path);
    });
    last = run.catch(() => undefined);
    return run;
  };
  const toEvents = (rows: readonly EventRow[]): readonly StoredEvent[] =>
    rows.map((row) => eventOf(catalogue, row));
  const log: LogReader = {
    page: (types, after, to, limit) => {
      const marks = types.map(() => '?').join(', ');
      return toEvents(
        db
          .prepare(
            `${EVENT_SELECT} WHERE event.type IN (${marks}) AND event.position > ? AND event.position <= ? ORDER BY event.position LIMIT ?`,
          )
          .all(...types, after, to, limit) as EventRow[],
      );
    },
    at: (positions) => {
      const one = db.prepare(`${EVENT_SELECT} WHERE event.position = ?`);
      return toEvents(positions.flatMap((position) => (one.get(position) as EventRow | undefined) ?? []));
    },
  };
  return {
    async append(header, events, options = {}) {
      const prepared: Prepared[] = [];
      if (Symbol.asyncIterator in events) {
        for await (const page of events)
          for (const event of page) prepared.push(prepareEvent(catalogue, event));
      } else for (const event of events) prepared.push(prepareEvent(catalogue, event));
      return alone(() => appendBatch(db, header, prepared, options));
    },
    read: (filter = {}) => pages(db, filter, toEvents, alone),
    find: (prefix, limit = 20) =>
      alone(() => {
        if (!/^[0-9a-f]{4,64}$/.test(prefix)) return [];
        const end = `${prefix}g`;
        return toEvents(
          db
            .prepare(`${EVENT_SELECT} WHERE event.id >= ? AND event.id < ? ORDER BY event.position LIMIT ?`)
            .all(prefix, end, limit) as EventRow[],
        );
      }),
    at: (positions) => alone(() => log.at(positions)),
    batches: ({ from = 1, to = Number.MAX_SAFE_INTEGER } = {}) =>
      alone(
        () =>
          db
            .prepare(
              `SELECT batch AS number, recorded_at AS recordedAt, actor, tool, importer, carrier, carrier_hash AS carrierHash,
                 first_position AS firstPosition, events, hash FROM batch WHERE batch BETWEEN ? AND ? ORDER BY batch`,
            )
            .all(from, to) as Batch[],
      ),
    head: () => alone(() => db.prepare('SELECT position, batch, hash FROM head').get() as Head),
    countByType: () =>
      alone(() => {
        const rows = db
          .prepare('SELECT type, count(*) AS n FROM event GROUP BY type ORDER BY type')
          .all() as { type: string; n: number }[];
        return new Map(rows.map(({ type, n }) => [type, n]));
      }),
    verify: (progress) => alone(() => verifyLog(db, progress)),
    rows: (model) => alone(() => rowsOf(db, model, log, readOnly)),
    dropReadModels: () => alone(() => dropReadModels(db)),
    close: () =>
      alone(() => {
        db.close();
      }),
  };
}

async function* pages(
  db: Database.Database,
  filter: ReadFilter,
  toEvents: (rows: readonly EventRow[]) => readonly StoredEvent[],
  alone: <T>(work: () => T) => Promise<T>,
): AsyncIterable<readonly StoredEvent[]> {
  const { types, streams, from = 1, to = Number.MAX_SAFE_INTEGER, knownBy, order = 'ascending' } = filter;
  const down = order === 'descending';
  const inList = (column: string, values: readonly string[] | undefined) =>
    values === undefined ? '' : ` AND ${column} IN (${values.map(() => '?').join(', ')})`;
  const sql = `${EVENT_SELECT} WHERE event.position BETWEEN ? AND ?${inList('event.type', types)}${inList('event.stream', streams)}
    ORDER BY event.position ${down ? 'DESC' : 'ASC'} LIMIT ${PAGE}`;
  let [low, high] = [from, to];
  let left = filter.limit ?? Infinity;
  while (left > 0 && low <= high) {
    const page = await alone(() =>
      toEvents(db.prepare(sql).all(low, high, ...(types ?? []), ...(streams ?? [])) as EventRow[]),
    );
    if (page.length === 0) return;
    const position = page.at(-1)!.position;
    if (down) high = position - 1;
    else low = position + 1;
    const wanted = page
      .filter(
        (e) =>
          knownBy === undefined || (e.knownAt === null ? e.recordedAt : knownAtEnd(e.knownAt)) <= knownBy,
      )
      .slice(0, left);
    left -= wanted.length;
    if (wanted.length > 0) yield wanted;
    if (page.length < PAGE) return;
  }
}
