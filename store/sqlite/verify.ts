import type { Connection } from './connection.ts';
import type { Head, VerifyReport } from '../event-store.ts';
import {
  checkLog,
  damageAt,
  EMPTY_HEAD,
  type RawBatch,
  type RawEvent,
  type Trace,
} from '../log/check-log.ts';
import { migrations } from '../schema/migrations.ts';

const NEXT_BATCH = `SELECT batch AS number, recorded_at AS recordedAt, actor, tool, importer, carrier,
  carrier_hash AS carrierHash, first_position AS firstPosition, events, digest, hash FROM batch WHERE batch > ?
  ORDER BY batch LIMIT 1`;

// LEFT JOIN: an event whose source row is missing is damaged, not absent.
const EVENT = `SELECT position, id, batch, stream, type, version, known_at AS knownAt, source.cite AS source,
  payload, locator FROM event LEFT JOIN source ON source.source = event.source WHERE position = ?`;

/** Checks the log and the file that it lies in. A file that cannot be read any more is reported, not thrown. */
export function verifyLog(db: Connection, progress?: (checked: number, of: number) => void): VerifyReport {
  const trace: Trace = { position: 0, batch: 0 };
  try {
    // One read transaction: another process may append in the meantime.
    return db
      .transaction(() => {
        const report = checkLog(
          {
            head: (db.rows('SELECT position, batch, hash FROM head').get() as Head | undefined) ?? null,
            events: db.column('SELECT count(*) FROM event NOT INDEXED').get() as number,
            batches: db.column('SELECT count(*) FROM batch').get() as number,
            batchesInOrder: () => batchesInOrder(db),
            event: reader(db),
          },
          trace,
          progress,
        );
        if (report.damage) return report;
        const file = db.pragma('quick_check(1)') as string;
        const says = file === 'ok' ? lostGuards(db) : file;
        return says === null ? report : { ...report, damage: damageAt('file', null, null, null, says) };
      })
      .deferred();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!/^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(code)) throw error;
    const says = `the file cannot be read behind position ${trace.position}: ${(error as Error).message}`;
    return {
      events: trace.position,
      batches: trace.batch,
      head: EMPTY_HEAD,
      damage: damageAt('file', trace.position + 1, null, trace.batch === 0 ? null : trace.batch, says),
    };
  }
}

/** One at a time: the marks of a batch may be large, and a damaged batch may claim any number of events. */
function* batchesInOrder(db: Connection): Iterable<RawBatch> {
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const batch = db.rows(NEXT_BATCH).get(after) as RawBatch | undefined;
    if (batch === undefined) return;
    yield batch;
    after = batch.number;
  }
}

/** The triggers that keep the log append-only: without them the next change would go in unseen until it is verified. */
function lostGuards(db: Connection): string | null {
  const names = migrations.flatMap(({ sql }) => [...sql.matchAll(/CREATE TRIGGER (\w+)/g)].map((m) => m[1]!));
  const find = db.column("SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = ?");
  const lost = names.filter((name) => find.get(name) === undefined);
  return lost.length === 0 ? null : `what keeps the log append-only was taken away: ${lost.join(', ')}`;
}

function reader(db: Connection): (position: number) => RawEvent | undefined {
  const one = db.rows(EVENT);
  return (position) => one.get(position) as RawEvent | undefined;
}
