import type { Connection } from './connection.ts';
import type { Prepared } from '../log/prepare.ts';

/** How many bytes of events are held in memory before they go to a temporary table. */
export const STAGE_BYTES = 64 * 1024 * 1024;

/** So many events, or characters of their payloads, are read back at once: a run of twenty thousand results weighs as much as thousands of others. */
const PAGE_EVENTS = 1000;
const PAGE_CHARACTERS = 8 * 1024 * 1024;
/** The size of an event beside its payload: id, stream, source, locator and the objects around them. */
const OVERHEAD = 600;

/**
 * Events on their way into the log, in their order. They are gathered before the transaction begins, so that nobody
 * holds the writer's lock while an input is being read; what is too much for memory waits in a temporary table.
 */
export interface Staging {
  add(event: Prepared): void;
  /** True when it is time to spill. */
  isFull(): boolean;
  /** Moves what is in memory to the temporary table. */
  spill(): void;
  events(): Iterable<Prepared>;
  /** Removes the temporary table, if there is one. */
  drop(): void;
}

let tables = 0;

/** Makes a stage on a connection; `limit` is in bytes. */
export function makeStaging(db: Connection, limit: number): Staging {
  let table: string | null = null;
  let held: Prepared[] = [];
  let bytes = 0;
  /** The numbers of the last events of the pages in the table. */
  const ends: number[] = [];
  let staged = 0;
  return {
    add(event) {
      held.push(event);
      bytes += event.payload.length + OVERHEAD;
    },
    isFull: () => bytes > limit,
    spill() {
      if (table === null) {
        table = `temp.staged_${++tables}`;
        db.exec(
          `CREATE TABLE ${table} (n INTEGER PRIMARY KEY, id TEXT, type TEXT, version INTEGER, stream TEXT,
            "knownAt" TEXT, source TEXT, locator TEXT, payload TEXT)`,
        );
      }
      const add = db.rows(
        `INSERT INTO ${table} VALUES (NULL, @id, @type, @version, @stream, @knownAt, @source, @locator, @payload)`,
      );
      db.transaction(() => {
        for (const event of held) add.run(event);
      }).deferred();
      for (const last of pageEnds(held)) ends.push(staged + last);
      staged += held.length;
      held = [];
      bytes = 0;
    },
    *events() {
      // By pages and not by cursor: a connection with an open cursor refuses to write.
      let after = 0;
      for (const last of ends) {
        yield* db
          .rows(`SELECT * FROM ${table!} WHERE n > ? AND n <= ? ORDER BY n`)
          .all(after, last) as readonly Prepared[];
        after = last;
      }
      yield* held;
    },
    drop() {
      if (table !== null) db.exec(`DROP TABLE ${table}`);
      table = null;
      held = [];
      ends.length = 0;
      staged = 0;
    },
  };
}

/** Where the pages of events end, counted from 1. */
function pageEnds(events: readonly Prepared[]): readonly number[] {
  const ends: number[] = [];
  let first = 0;
  let characters = 0;
  events.forEach(({ payload }, at) => {
    characters += payload.length;
    if (at + 1 - first < PAGE_EVENTS && characters < PAGE_CHARACTERS && at + 1 < events.length) return;
    ends.push(at + 1);
    first = at + 1;
    characters = 0;
  });
  return ends;
}
