import type Database from 'better-sqlite3';
import { InputError, type Diagnostic } from '../errors.ts';
import type { AppendOptions, AppendResult, BatchHeader, Head } from '../event-store.ts';
import type { Catalogue } from '../events/catalogue.ts';
import { batchHash, eventLeaf } from '../identity.ts';
import { checkHead, unchangedRevision, type EarlierVersion, type Prepared } from '../log/prepare.ts';

/** Signals that a dry run has seen all it wanted. */
class Undo extends Error {}

/** Writes a batch in one transaction; all of it or nothing. */
export function appendBatch(
  db: Database.Database,
  catalogue: Catalogue,
  header: BatchHeader,
  events: () => Iterable<Prepared>,
  options: AppendOptions,
): AppendResult {
  let result: AppendResult | undefined;
  // A decision is one row that somebody has just made up his mind about; an import can be run again.
  db.pragma(`synchronous = ${header.importer === null ? 'FULL' : 'NORMAL'}`);
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
  db: Database.Database,
  catalogue: Catalogue,
  header: BatchHeader,
  events: () => Iterable<Prepared>,
  options: AppendOptions,
): AppendResult {
  const head = db.prepare('SELECT position, batch, hash FROM head').get() as Head;
  checkHead(head, options);
  const known = db.prepare('SELECT 1 FROM event WHERE id = ?').pluck();
  const sourceNumber = sourceNumbers(db);
  const ids: string[] = [];
  const fresh = new Set<string>();
  const leaves: Buffer[] = [];
  for (const { id, source, locator } of events()) {
    sourceNumber(source);
    ids.push(id);
    if (fresh.has(id) || known.get(id) !== undefined) continue;
    fresh.add(id);
    leaves.push(eventLeaf(id, locator));
  }
  const counts = { ids, events: ids.length, new: leaves.length, duplicates: ids.length - leaves.length };
  if (leaves.length === 0) return { batch: null, ...counts, superseding: 0 };
  // The batch before its events: where an event waits for the row of its batch, SQLite looks through all events when that
  // row comes, and each import would take longer than the one before.
  writeBatch(db, header, head, leaves);
  const superseding = writeEvents(db, catalogue, head, events(), fresh, options.revisions === 'strict');
  return { batch: head.batch + 1, ...counts, superseding };
}

/**
 * Writes the events that are new, each once, behind the end of the log.
 *
 * @param fresh the ids of the new ones; it is used up
 * @returns how many are a further version of a statement
 * @throws InputError with `strict`, where content changed under an unchanged revision.
 */
function writeEvents(
  db: Database.Database,
  catalogue: Catalogue,
  head: Head,
  events: Iterable<Prepared>,
  fresh: Set<string>,
  strict: boolean,
): number {
  const hasVersions = db.prepare('SELECT 1 FROM event WHERE stream = ? AND type = ? LIMIT 1').pluck();
  const versions = db.prepare('SELECT version, payload FROM event WHERE stream = ? AND type = ?');
  const add = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const sourceNumber = sourceNumbers(db);
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
  // Thrown at the end, so that the author sees all of them at once; the transaction undoes the rest.
  if (wrong.length > 0) throw new InputError(wrong);
  return superseding;
}

/** Writes the row of a batch and where the log ends with it. */
function writeBatch(db: Database.Database, header: BatchHeader, head: Head, leaves: readonly Buffer[]): void {
  const { recordedAt, actor, tool, importer, carrier, carrierHash } = header;
  const number = head.batch + 1;
  const events = leaves.length;
  const digest = Buffer.concat(leaves);
  const content = { number, recordedAt, actor, tool, importer, carrier, carrierHash, events };
  const row = {
    ...content,
    digest,
    firstPosition: head.position + 1,
    hash: batchHash(head.hash, content, digest),
  };
  db.prepare(
    `INSERT INTO batch VALUES
      (@number, @recordedAt, @actor, @tool, @importer, @carrier, @carrierHash, @firstPosition, @events, @digest, @hash)`,
  ).run(row);
  db.prepare('UPDATE head SET position = ?, batch = ?, hash = ?').run(
    head.position + events,
    number,
    row.hash,
  );
}

/** Gives the number of a source's words, new ones included. */
function sourceNumbers(db: Database.Database): (cite: string) => number | bigint {
  const find = db.prepare('SELECT source FROM source WHERE cite = ?').pluck();
  const add = db.prepare('INSERT INTO source (cite) VALUES (?)');
  // Neighbours mostly share a source; remembering one bounds memory where every event has its own.
  let last: { readonly cite: string; readonly source: number | bigint } | null = null;
  return (cite) => {
    if (last?.cite !== cite) {
      const source = (find.get(cite) as number | undefined) ?? add.run(cite).lastInsertRowid;
      last = { cite, source };
    }
    return last.source;
  };
}
