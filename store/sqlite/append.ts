import type Database from 'better-sqlite3';
import { canonicalJson } from '../canonical-json.ts';
import { InputError, StoreError, type Diagnostic } from '../errors.ts';
import type { AppendOptions, AppendResult, BatchHeader } from '../event-store.ts';
import { checkPayload, type Catalogue } from '../events/catalogue.ts';
import type { NewEvent } from '../events/event.ts';
import { batchHash, eventId, eventLeaf } from '../identity.ts';

/** An event that is ready to be written. */
export interface Prepared {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly stream: string;
  readonly knownAt: string | null;
  readonly source: string;
  readonly locator: string;
  readonly payload: string;
  readonly rev: number | null;
}

/** Checks an event at the door and works out its id. */
export function prepareEvent(catalogue: Catalogue, event: NewEvent): Prepared {
  checkPayload(catalogue, event.type, event.payload);
  const { type, stream, knownAt, source, locator } = event;
  const payload = canonicalJson(event.payload);
  const version = catalogue.get(type)!.version;
  const rev = 'rev' in event.payload ? event.payload.rev : null;
  const id = eventId({ type, version, stream, knownAt, source, payloadText: payload });
  return { id, type, version, stream, knownAt, source, locator, payload, rev };
}

/** Signals that a dry run has seen all it wanted. */
class Undo extends Error {}

/** Writes a batch; all of it or nothing. */
export function appendBatch(
  db: Database.Database,
  header: BatchHeader,
  events: readonly Prepared[],
  options: AppendOptions,
): AppendResult {
  let result: AppendResult | undefined;
  // A decision is one row that somebody has just made up his mind about; an import can be run again.
  db.pragma(`synchronous = ${header.importer === null ? 'FULL' : 'NORMAL'}`);
  try {
    db.transaction(() => {
      result = write(db, header, events, options);
      if (options.dryRun === true) throw new Undo();
    }).immediate();
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
  }
  return result!;
}

function write(
  db: Database.Database,
  header: BatchHeader,
  events: readonly Prepared[],
  options: AppendOptions,
): AppendResult {
  const head = db.prepare('SELECT position, batch, hash FROM head').get() as {
    position: number;
    batch: number;
    hash: string;
  };
  if (options.expectHead !== undefined && options.expectHead !== head.position) {
    throw new StoreError(
      'conflict',
      `the log went on from position ${options.expectHead} to ${head.position} in the meantime`,
      'look at what is new, then decide again',
    );
  }
  const known = db.prepare('SELECT 1 FROM event WHERE id = ?').pluck();
  const versionsOf = db.prepare('SELECT id, payload FROM event WHERE stream = ? AND type = ?');
  const seen = new Set<string>();
  const statements = new Set<string>();
  const fresh: Prepared[] = [];
  let superseding = 0;
  const wrong: Diagnostic[] = [];
  for (const event of events) {
    if (seen.has(event.id) || known.get(event.id) !== undefined) {
      seen.add(event.id);
      continue;
    }
    seen.add(event.id);
    const earlier = versionsOf.all(event.stream, event.type) as { id: string; payload: string }[];
    if (options.revisions === 'strict' && event.rev !== null) {
      const same = earlier.some((e) => (JSON.parse(e.payload) as { rev?: number }).rev === event.rev);
      if (same) wrong.push(unchangedRevision(event));
    }
    const statement = `${event.type}\n${event.stream}`;
    if (earlier.length > 0 || statements.has(statement)) superseding += 1;
    statements.add(statement);
    fresh.push(event);
  }
  if (wrong.length > 0) throw new InputError(wrong);
  const counts = {
    ids: events.map((e) => e.id),
    events: events.length,
    new: fresh.length,
    duplicates: events.length - fresh.length,
    superseding,
  };
  if (fresh.length === 0) return { batch: null, ...counts };
  const number = head.batch + 1;
  const digest = Buffer.concat(fresh.map((e) => eventLeaf(e.id, e.locator)));
  const { recordedAt, actor, tool, importer, carrier, carrierHash } = header;
  const hash = batchHash(
    head.hash,
    { number, recordedAt, actor, tool, importer, carrier, carrierHash, events: fresh.length },
    digest,
  );
  db.prepare('INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    number,
    recordedAt,
    actor,
    tool,
    importer,
    carrier,
    carrierHash,
    head.position + 1,
    fresh.length,
    digest,
    hash,
  );
  const findSource = db.prepare('SELECT source FROM source WHERE cite = ?').pluck();
  const addSource = db.prepare('INSERT INTO source (cite) VALUES (?)');
  const sources = new Map<string, number | bigint>();
  const add = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  fresh.forEach((event, index) => {
    let source = sources.get(event.source);
    if (source === undefined) {
      source =
        (findSource.get(event.source) as number | undefined) ?? addSource.run(event.source).lastInsertRowid;
      sources.set(event.source, source);
    }
    const { id, stream, type, version, knownAt, payload, locator } = event;
    add.run(head.position + 1 + index, id, number, stream, type, version, knownAt, source, payload, locator);
  });
  db.prepare('UPDATE head SET position = ?, batch = ?, hash = ?').run(
    head.position + fresh.length,
    number,
    hash,
  );
  return { batch: number, ...counts };
}

function unchangedRevision(event: Prepared): Diagnostic {
  const place = /^(.*?):(\d+)(?::(\d+))?$/.exec(event.locator);
  return {
    severity: 'error',
    message: `the content of "${event.stream}" changed, but its rev is still ${event.rev ?? 1}`,
    place: place
      ? {
          file: place[1]!,
          line: Number(place[2]),
          ...(place[3] === undefined ? {} : { column: Number(place[3]) }),
        }
      : { file: event.locator || '-' },
    hint: `write rev: ${(event.rev ?? 1) + 1}`,
  };
}
