import type Database from 'better-sqlite3';
import type { Damage, Head, VerifyReport } from '../event-store.ts';
import { batchHash, eventId, eventLeaf, LEAF_BYTES } from '../identity.ts';
import { EVENT_SELECT, type EventRow } from './rows.ts';

interface BatchRow {
  readonly batch: number;
  readonly recorded_at: string;
  readonly actor: string;
  readonly tool: string;
  readonly importer: string | null;
  readonly carrier: string | null;
  readonly carrier_hash: string | null;
  readonly first_position: number;
  readonly events: number;
  readonly digest: Buffer;
  readonly hash: string;
}

/** Checks the log from its beginning and names the first thing that is wrong. */
export function verifyLog(
  db: Database.Database,
  progress?: (checked: number, of: number) => void,
): VerifyReport {
  const head = (db.prepare('SELECT position, batch, hash FROM head').get() ?? {
    position: 0,
    batch: 0,
    hash: '',
  }) as Head;
  const counted = db
    .prepare('SELECT count(*) AS events, coalesce(max(position), 0) AS last FROM event')
    .get() as {
    events: number;
    last: number;
  };
  const batches = db.prepare('SELECT count(*) FROM batch').pluck().get() as number;
  const report = (damage: Damage | null): VerifyReport => ({ events: counted.events, batches, head, damage });
  const pages = db.pragma('quick_check(1)', { simple: true }) as string;
  const next = db.prepare(EVENT_SELECT.replace(/ JOIN /g, ' LEFT JOIN ') + ' WHERE event.position = ?');
  let previous = '';
  let position = 0;
  for (const row of db.prepare('SELECT * FROM batch ORDER BY batch').iterate() as Iterable<BatchRow>) {
    if (row.first_position !== position + 1) {
      return report(
        damage(
          'missing',
          position + 1,
          null,
          row.batch,
          `batch ${row.batch} begins at ${row.first_position}, not at ${position + 1}`,
        ),
      );
    }
    const expected = batchHash(
      previous,
      {
        number: row.batch,
        recordedAt: row.recorded_at,
        actor: row.actor,
        tool: row.tool,
        importer: row.importer,
        carrier: row.carrier,
        carrierHash: row.carrier_hash,
        events: row.events,
      },
      row.digest,
    );
    for (let index = 0; index < row.events; index++) {
      position += 1;
      if (position % 1000 === 0) progress?.(position, counted.events);
      const event = next.get(position) as EventRow | undefined;
      const leaf = row.digest.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES);
      if (!event) return report(damage('missing', position, null, row.batch, `event ${position} is missing`));
      const found = checkEvent(db, event, leaf, row);
      if (found) return report(found);
    }
    if (expected !== row.hash || row.digest.length !== row.events * LEAF_BYTES) {
      return report(
        damage(
          'batch',
          row.first_position,
          null,
          row.batch,
          `the record of batch ${row.batch} was changed, or one before it`,
        ),
      );
    }
    previous = row.hash;
  }
  if (counted.last > position) {
    const added = next.get(position + 1) as EventRow | undefined;
    return report(
      damage('added', position + 1, added?.id ?? null, null, `event ${position + 1} belongs to no batch`),
    );
  }
  if (counted.events > position) {
    return report(damage('added', null, null, null, 'there are events outside the order of the log'));
  }
  if (head.position !== position || head.hash !== previous) {
    return report(
      damage('missing', position + 1, null, null, `the log should go on to position ${head.position}`),
    );
  }
  if (pages !== 'ok') return report(damage('file', null, null, null, pages));
  progress?.(position, counted.events);
  return report(null);
}

function damage(
  kind: Damage['kind'],
  position: number | null,
  id: string | null,
  batch: number | null,
  says: string,
): Damage {
  return { kind, position, id, batch, says };
}

function checkEvent(db: Database.Database, event: EventRow, leaf: Buffer, batch: BatchRow): Damage | null {
  const { position, id, type, version, stream, known_at: knownAt, cite, payload, locator } = event;
  const made = eventId({ type, version, stream, knownAt, source: cite, payloadText: payload });
  const say = (kind: Damage['kind'], what: string) =>
    damage(kind, position, id, batch.batch, `event ${position} (${id.slice(0, 12)}) ${what}`);
  if (made !== id) return say('changed', 'was changed: its content does not give its id');
  if (event.batch !== batch.batch)
    return say('changed', `says it is of batch ${event.batch}, but stands in batch ${batch.batch}`);
  if (eventLeaf(id, locator).equals(leaf)) return null;
  // The event is sound in itself, but another stood here. If this one stood elsewhere in the batch, they changed places.
  for (let at = 0; at < batch.digest.length; at += LEAF_BYTES) {
    if (batch.digest.subarray(at, at + LEAF_BYTES).equals(eventLeaf(id, locator))) {
      return say('reordered', `stood at position ${batch.first_position + at / LEAF_BYTES}`);
    }
  }
  const gone = db.prepare('SELECT count(*) FROM event').pluck().get() as number;
  return say(
    gone < batch.first_position + batch.events - 1 ? 'missing' : 'changed',
    'is not the event that was recorded here, or its locator was changed',
  );
}
