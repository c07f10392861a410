import type { Damage, Head, VerifyReport } from '../event-store.ts';
import { batchHash, eventId, eventLeaf, LEAF_BYTES, type BatchContent } from '../identity.ts';

/** An event as a backend holds it, not verified yet. */
export interface RawEvent {
  readonly position: number;
  readonly id: string;
  readonly batch: number;
  readonly stream: string;
  readonly type: string;
  readonly version: number;
  readonly knownAt: string | null;
  /** Null if the row with the text of the source is missing. */
  readonly source: string | null;
  readonly payload: string;
  readonly locator: string;
}

export interface RawBatch extends BatchContent {
  readonly firstPosition: number;
  readonly digest: Uint8Array;
  readonly hash: string;
}

/** What verification reads of a backend. */
export interface RawLog {
  readonly head: Head | null;
  readonly events: number;
  readonly batches: number;
  batchesInOrder(): Iterable<RawBatch>;
  event(position: number): RawEvent | undefined;
}

/** How far verification has come: where reading fails, the place is reported. */
export interface Trace {
  position: number;
  batch: number;
}

export const EMPTY_HEAD: Head = { position: 0, batch: 0, hash: '' };

const STEP = 1000;

/** Checks a log from its beginning and gives the first thing that is wrong. */
export function checkLog(
  log: RawLog,
  trace: Trace,
  progress?: (checked: number, of: number) => void,
): VerifyReport {
  const damage = firstDamage(log, trace, progress);
  if (!damage) progress?.(log.events, log.events);
  return { events: log.events, batches: log.batches, head: log.head ?? EMPTY_HEAD, damage };
}

function firstDamage(
  log: RawLog,
  trace: Trace,
  progress: ((checked: number, of: number) => void) | undefined,
): Damage | null {
  let previous = '';
  for (const batch of log.batchesInOrder()) {
    const { number, firstPosition, digest, hash } = batch;
    const gone = trace.batch + 1;
    if (number !== gone) {
      return damageAt('missing', trace.position + 1, null, gone, `the record of batch ${gone} is missing`);
    }
    trace.batch = number;
    // The batch is checked before its events: only an intact batch says which events belong to it.
    if (
      firstPosition !== trace.position + 1 ||
      digest.length !== batch.events * LEAF_BYTES ||
      batchHash(previous, batch, digest) !== hash
    ) {
      return damageAt('batch', trace.position + 1, null, number, `the record of batch ${number} was changed`);
    }
    for (let index = 0; index < batch.events; index++) {
      const event = log.event(trace.position + 1);
      const found = checkEvent(log, batch, index, event);
      if (found) return found;
      trace.position += 1;
      if (trace.position % STEP === 0) progress?.(trace.position, log.events);
    }
    previous = hash;
  }
  return checkEnd(log, trace, previous);
}

function checkEnd(log: RawLog, { position, batch }: Trace, hash: string): Damage | null {
  const { head } = log;
  const next = position + 1;
  const beyond = log.event(next);
  if (!head) return damageAt('missing', null, null, null, 'the row that says where the log ends is missing');
  if (head.batch > batch && beyond) {
    return damageAt('missing', next, beyond.id, batch + 1, `the record of batch ${batch + 1} is missing`);
  }
  if (head.position > position) {
    const says = `the log ends at position ${position} and should go on to ${head.position}`;
    return damageAt('missing', next, null, batch + 1, says);
  }
  if (beyond) return damageAt('added', next, beyond.id, null, `event ${next} belongs to no batch`);
  if (log.events > position) {
    return damageAt('added', null, null, null, 'there are events outside the order of the log');
  }
  if (head.position !== position || head.batch !== batch || head.hash !== hash) {
    return damageAt('batch', null, null, batch, 'the row that says where the log ends was changed');
  }
  return null;
}

function checkEvent(log: RawLog, batch: RawBatch, index: number, event: RawEvent | undefined): Damage | null {
  const position = batch.firstPosition + index;
  if (!event) return damageAt('missing', position, null, batch.number, `event ${position} is missing`);
  const { id, type, version, stream, knownAt, source, payload, locator } = event;
  const say = (kind: Damage['kind'], what: string) =>
    damageAt(kind, position, id, batch.number, `event ${position} (${id.slice(0, 12)}) ${what}`);
  if (source === null) return say('changed', 'has lost its source');
  if (eventId({ type, version, stream, knownAt, source, payloadText: payload }) !== id) {
    return say('changed', 'was changed: its content does not give its id');
  }
  const own = eventLeaf(id, locator);
  const recorded = leafOf(batch, index);
  if (own.equals(recorded)) {
    if (event.batch === batch.number) return null;
    return say('changed', `says it is of batch ${event.batch}, but stands in batch ${batch.number}`);
  }
  // The event is intact, but another one was here. The place of that one now shows what was changed.
  const moved = isStoredIn(log, batch, recorded);
  const stoodAt = indexOfLeaf(batch, own);
  if (moved) {
    return stoodAt === -1
      ? say('added', 'was put between the events of its batch')
      : say('reordered', `stood at position ${batch.firstPosition + stoodAt}`);
  }
  if (stoodAt !== -1 || event.batch > batch.number) {
    const says = `the event of position ${position} is missing; ${id.slice(0, 12)} moved up in its place`;
    return damageAt('missing', position, null, batch.number, says);
  }
  return say('changed', 'is not the event that was recorded here, or its locator was changed');
}

function leafOf(batch: RawBatch, index: number): Buffer {
  return Buffer.from(batch.digest.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES));
}

function indexOfLeaf(batch: RawBatch, leaf: Buffer): number {
  for (let index = 0; index < batch.events; index++) if (leafOf(batch, index).equals(leaf)) return index;
  return -1;
}

/** Looks for an event by its mark at the positions of a batch, and one position further: an added event moves it there. */
function isStoredIn(log: RawLog, batch: RawBatch, leaf: Buffer): boolean {
  for (let index = 0; index <= batch.events; index++) {
    const event = log.event(batch.firstPosition + index);
    if (event && eventLeaf(event.id, event.locator).equals(leaf)) return true;
  }
  return false;
}

/** Makes the description of a damage. */
export function damageAt(
  kind: Damage['kind'],
  position: number | null,
  id: string | null,
  batch: number | null,
  says: string,
): Damage {
  return { kind, position, id, batch, says };
}
