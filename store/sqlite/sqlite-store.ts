import type { Connection } from './connection.ts';
import type { Batch, EventStore, Head, ReadFilter } from '../event-store.ts';
import type { Catalogue } from '../events/catalogue.ts';
import type { NewEvent, StoredEvent } from '../events/event.ts';
import { isKnownBy } from '../log/known-by.ts';
import { oneAtATime, type Alone } from '../log/mutex.ts';
import { checkHeader, prepareEvent } from '../log/prepare.ts';
import { appendBatch } from './append.ts';
import { storeFailure } from './failures.ts';
import { readNote, writeNote } from './notes.ts';
import type { LogReader } from './read-model-rows.ts';
import { dropReadModels } from './read-model-tables.ts';
import { rowsOf } from './read-models.ts';
import { EVENT_SELECT, eventOf, type EventRow } from './rows.ts';
import { makeStaging } from './staging.ts';
import { verifyLog } from './verify.ts';

const PAGE = 1000;
/** The approximate size of the payloads of a page: a page is held in memory, as text and as events. */
const PAGE_CHARS = 2_000_000;
/** The size of the first page, before the size of the events is known. */
const FIRST_PAGE = 100;
const MANY = 500;
/** A batch may hold one id in memory for so many bytes of the events that it may hold: 100,000 beside 64 MB. */
const ID_SHARE = 640;

/** The log in an open SQLite database. */
export function sqliteStore(
  db: Connection,
  path: string,
  catalogue: Catalogue,
  { readOnly, stageBytes }: { readonly readOnly: boolean; readonly stageBytes: number },
): EventStore {
  const alone = oneAtATime((error) => storeFailure(error, path));
  const toEvents = (rows: readonly EventRow[]): readonly StoredEvent[] =>
    rows.map((row) => eventOf(catalogue, row));
  const log: LogReader = {
    page: (types, after, to, limit) => {
      const marks = types.map(() => '?').join(', ');
      return toEvents(
        db
          .rows(
            `${EVENT_SELECT} WHERE event.type IN (${marks}) AND event.position > ? AND event.position <= ? ORDER BY event.position LIMIT ?`,
          )
          .all(...types, after, to, limit) as EventRow[],
      );
    },
    at: (positions) => {
      const one = db.rows(`${EVENT_SELECT} WHERE event.position = ?`);
      return toEvents(positions.flatMap((position) => (one.get(position) as EventRow | undefined) ?? []));
    },
  };
  return {
    async append(header, events, options = {}) {
      checkHeader(header);
      const isPaged = Symbol.asyncIterator in events;
      const staging = makeStaging(db, stageBytes);
      const stage = async (page: Iterable<NewEvent>) => {
        for (const event of page) {
          staging.add(prepareEvent(catalogue, event));
          if (staging.isFull()) {
            await alone(() => {
              staging.spill();
            });
          }
        }
      };
      try {
        if (isPaged) for await (const page of events) await stage(page);
        else await stage(events);
        const batch = { ...options, keepsIds: !isPaged, heldIds: Math.ceil(stageBytes / ID_SHARE) };
        return await alone(() => appendBatch(db, catalogue, header, () => staging.events(), batch));
      } finally {
        await alone(() => {
          staging.drop();
        });
      }
    },
    read: (filter = {}) => pages(db, filter, toEvents, alone),
    find: (prefix, limit = 20) =>
      alone(() => {
        if (!/^[0-9a-f]{4,64}$/.test(prefix)) return [];
        const end = `${prefix}g`;
        return toEvents(
          db
            .rows(`${EVENT_SELECT} WHERE event.id >= ? AND event.id < ? ORDER BY event.position LIMIT ?`)
            .all(prefix, end, limit) as EventRow[],
        );
      }),
    at: (positions) => alone(() => log.at(positions)),
    batches: async ({ from = 1, to = Number.MAX_SAFE_INTEGER } = {}) => {
      const { batchesBetween } = await import('./compiled.ts');
      const { sql, parameters } = batchesBetween(from, to);
      return alone(() => db.rows(sql).all(...parameters) as Batch[]);
    },
    head: () => alone(() => db.rows('SELECT position, batch, hash FROM head').get() as Head),
    countByType: async () => {
      const { eventsByType } = await import('./compiled.ts');
      const { sql, parameters } = eventsByType();
      const rows = await alone(() => db.rows(sql).all(...parameters) as { type: string; n: number }[]);
      return new Map(rows.map(({ type, n }) => [type, n]));
    },
    verify: (progress) => alone(() => verifyLog(db, progress)),
    rows: async (model) => {
      const rows = await alone(() => rowsOf(db, model, log, readOnly));
      // Later reads wait for the current fold, and never see half of it.
      return {
        get: (table, keys) => alone(() => rows.get(table, keys)),
        find: (table, index, values) => alone(() => rows.find(table, index, values)),
        all: (table) => alone(() => rows.all(table)),
      };
    },
    dropReadModels: () => alone(() => dropReadModels(db)),
    notes: {
      read: (key) => alone(() => readNote(db, key)),
      ...(readOnly
        ? {}
        : {
            write: (key, value) =>
              alone(() => {
                writeNote(db, key, value);
              }),
          }),
    },
    close: () =>
      alone(() => {
        db.close();
      }),
  };
}

async function* pages(
  db: Connection,
  filter: ReadFilter,
  toEvents: (rows: readonly EventRow[]) => readonly StoredEvent[],
  alone: Alone,
): AsyncIterable<readonly StoredEvent[]> {
  const { types, streams, from = 1, to = Number.MAX_SAFE_INTEGER, knownBy, order = 'ascending' } = filter;
  const down = order === 'descending';
  const inList = (column: string, values: readonly string[] | undefined) => {
    if (values === undefined) return '';
    // SQLite takes 32,766 parameters; a long list goes in as one.
    return values.length <= MANY
      ? ` AND ${column} IN (${values.map(() => '?').join(', ')})`
      : ` AND ${column} IN (SELECT value FROM json_each(?))`;
  };
  const parameters = (values: readonly string[] = []) =>
    values.length <= MANY ? values : [JSON.stringify(values)];
  const { limit = Infinity } = filter;
  const sql = `${EVENT_SELECT} WHERE event.position BETWEEN ? AND ?${inList('event.type', types)}${inList('event.stream', streams)}
    ORDER BY event.position ${down ? 'DESC' : 'ASC'} LIMIT ?`;
  let [low, high] = [from, to];
  let left = limit;
  let fitting = FIRST_PAGE;
  while (left > 0 && low <= high) {
    // A filter in JavaScript may leave out any number of a page, so what is left says nothing of its size.
    const size = knownBy === undefined ? Math.min(fitting, left) : fitting;
    const { page, next } = await alone(() => {
      const asked = [low, high, ...parameters(types), ...parameters(streams), size];
      const rows = db.rows(sql).all(...asked) as readonly EventRow[];
      return { page: toEvents(rows), next: nextPageSize(rows) };
    });
    if (page.length === 0) return;
    fitting = next;
    const position = page.at(-1)!.position;
    if (down) high = position - 1;
    else low = position + 1;
    const wanted = page.filter((e) => knownBy === undefined || isKnownBy(e, knownBy)).slice(0, left);
    left -= wanted.length;
    if (wanted.length > 0) yield wanted;
    if (page.length < size) return;
  }
}

/** How many events make the next page: as many as usual, fewer where they are as large as runs with a thousand results. */
function nextPageSize(rows: readonly EventRow[]): number {
  const chars = rows.reduce((sum, { payload }) => sum + payload.length, 0);
  return Math.max(1, Math.min(PAGE, Math.floor((PAGE_CHARS * rows.length) / Math.max(1, chars))));
}
