import type { Connection } from './connection.ts';
import { InputError, type Diagnostic } from '../errors.ts';
import type { AppendOptions, AppendResult, BatchHeader, Head } from '../event-store.ts';
import type { Catalogue } from '../events/catalogue.ts';
import { batchHash, eventLeaf, LEAF_BYTES } from '../identity.ts';
import { checkHead, unchangedRevision, type EarlierVersion, type Prepared } from '../log/prepare.ts';
import { DistinctIds } from './distinct-ids.ts';

/** Thrown to roll back a dry run at its end. */
class Undo extends Error {}

/** How a batch is written. */
export interface BatchOptions extends AppendOptions {
  /** Whether the ids of all events are returned. */
  readonly keepsIds: boolean;
  /** How many ids of new events are held in memory; more go to a temporary table. */
  readonly heldIds: number;
}

/** Writes a batch in one transaction; all of it or nothing. */
export function appendBatch(
  db: Connection,
  catalogue: Catalogue,
  header: BatchHeader,
  events: () => Iterable<Prepared>,
  options: BatchOptions,
): AppendResult {
  let result: AppendResult | undefined;
  // A decision cannot be repeated like an import, so it must be on disk before the command returns.
  db.set(`synchronous = ${header.importer === null ? 'FULL' : 'NORMAL'}`);
  try {
    // IMMEDIATE: a transaction that reads first and then wants to write is refused without a wait.
    db.transaction(() => {
      result = write(db, catalogue, header, events, options);
      if (options.dryRun === true) throw new Undo();
    }).immediate();
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
  }
  return result!;
}

function write(
  db: Connection,
  catalogue: Catalogue,
  header: BatchHeader,
  events: () => Iterable<Prepared>,
  { keepsIds, heldIds, ...options }: BatchOptions,
): AppendResult {
  const head = db.rows('SELECT position, batch, hash FROM head').get() as Head;
  checkHead(head, options);
  const fresh = new DistinctIds(db, heldIds);
  const sourceNumber = sourceNumbers(db);
  const { given, ids, digest } = survey(db, events(), { fresh, sourceNumber, keepsIds });
  const count = digest.length / LEAF_BYTES;
  const counts = { ids, events: given, new: count, duplicates: given - count };
  if (count === 0) return { batch: null, ...counts, superseding: 0 };
  // The batch is written before its events: when its row comes after rows that refer to it, SQLite searches all events for them, and each
  // import would take longer than the one before.
  writeBatch(db, header, head, digest);
  const strict = options.revisions === 'strict';
  const superseding = writeEvents(db, catalogue, head, events(), { fresh, sourceNumber, strict });
  // On an error before this, the rollback removes the table.
  fresh.drop();
  return { batch: head.batch + 1, ...counts, superseding };
}

/** What both passes over the events of a batch share. */
interface Ids {
  /** The ids of the events that are new and not written yet. */
  readonly fresh: DistinctIds;
  readonly sourceNumber: (cite: string) => number | bigint;
}

/** Counts the events to write; the ids of new ones are added to `fresh`. */
function survey(
  db: Connection,
  events: Iterable<Prepared>,
  { fresh, sourceNumber, keepsIds }: Ids & { readonly keepsIds: boolean },
): { readonly given: number; readonly ids: readonly string[]; readonly digest: Buffer } {
  const known = db.column('SELECT 1 FROM event WHERE id = ?');
  const ids: string[] = [];
  const leaves = new Leaves();
  let given = 0;
  for (const { id, source, locator } of events) {
    given++;
    sourceNumber(source);
    if (keepsIds) ids.push(id);
    if (known.get(id) === undefined && fresh.add(id)) leaves.add(eventLeaf(id, locator));
  }
  return { given, ids, digest: leaves.bytes };
}

/** The concatenated marks of the events of a batch. */
class Leaves {
  private buffer = Buffer.alloc(128 * LEAF_BYTES);
  private length = 0;

  add(leaf: Buffer): void {
    if (this.length === this.buffer.length)
      this.buffer = Buffer.concat([this.buffer, Buffer.alloc(this.buffer.length)]);
    this.length += leaf.copy(this.buffer, this.length);
  }

  get bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }
}

/**
 * Appends the new events, each once.
 *
 * @returns how many are a further version of a statement
 * @throws InputError with `strict`, where content changed under an unchanged revision.
 */
function writeEvents(
  db: Connection,
  catalogue: Catalogue,
  head: Head,
  events: Iterable<Prepared>,
  { fresh, sourceNumber, strict }: Ids & { readonly strict: boolean },
): number {
  const hasVersions = db.column('SELECT 1 FROM event WHERE stream = ? AND type = ? LIMIT 1');
  const versions = db.rows('SELECT version, payload FROM event WHERE stream = ? AND type = ?');
  const add = db.rows('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const wrong: Diagnostic[] = [];
  let superseding = 0;
  let { position } = head;
  for (const event of events) {
    const { id, stream, type, version, knownAt, payload, locator } = event;
    if (!fresh.delete(id)) continue;
    if (hasVersions.get(stream, type) !== undefined) {
      superseding += 1;
      const earlier = strict ? (versions.all(stream, type) as EarlierVersion[]) : [];
      const problem = unchangedRevision(catalogue, event, earlier);
      if (problem) wrong.push(problem);
    }
    const source = sourceNumber(event.source);
    add.run(++position, id, head.batch + 1, stream, type, version, knownAt, source, payload, locator);
  }
  // Thrown at the end, so that the author sees all of them at once; the transaction is rolled back.
  if (wrong.length > 0) throw new InputError(wrong);
  return superseding;
}

/** Writes the row of a batch and the new head of the log. */
function writeBatch(db: Connection, header: BatchHeader, head: Head, digest: Buffer): void {
  const { recordedAt, actor, tool, importer, carrier, carrierHash } = header;
  const number = head.batch + 1;
  const events = digest.length / LEAF_BYTES;
  const content = { number, recordedAt, actor, tool, importer, carrier, carrierHash, events };
  const row = {
    ...content,
    digest,
    firstPosition: head.position + 1,
    hash: batchHash(head.hash, content, digest),
  };
  db.rows(
    `INSERT INTO batch VALUES
      (@number, @recordedAt, @actor, @tool, @importer, @carrier, @carrierHash, @firstPosition, @events, @digest, @hash)`,
  ).run(row);
  db.rows('UPDATE head SET position = ?, batch = ?, hash = ?').run(head.position + events, number, row.hash);
}

/** How many row ids of sources are remembered: consecutive events mostly have the same source, and each is looked up twice. */
const MOST_SOURCES = 10_000;

/** Gives the row id of a source; a new source is added. */
function sourceNumbers(db: Connection): (cite: string) => number | bigint {
  const find = db.column('SELECT source FROM source WHERE cite = ?');
  const add = db.rows('INSERT INTO source (cite) VALUES (?)');
  const known = new Map<string, number | bigint>();
  return (cite) => {
    const before = known.get(cite);
    if (before !== undefined) return before;
    const source = (find.get(cite) as number | undefined) ?? add.run(cite).lastInsertRowid;
    if (known.size >= MOST_SOURCES) known.clear();
    known.set(cite, source);
    return source;
  };
}
