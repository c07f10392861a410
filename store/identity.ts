import { createHash, hash } from 'node:crypto';
import type { KnownAt } from './events/known-at.ts';

/** What the identity of an event covers. Carrier, locator and recording time never enter it. */
export interface EventContent {
  readonly type: string;
  readonly version: number;
  readonly stream: string;
  readonly knownAt: KnownAt;
  readonly source: string;
  /** The payload in canonical JSON. */
  readonly payloadText: string;
}

/** Gives the id of an event: SHA-256 over its content, 64 hex digits. */
export function eventId(content: EventContent): string {
  const head = JSON.stringify([
    content.type,
    content.version,
    content.stream,
    content.knownAt,
    content.source,
  ]);
  return sha256(`${head}\n${content.payloadText}`);
}

/** What a batch's hash covers beside the batch before it and the digest of its events. */
export interface BatchContent {
  readonly number: number;
  readonly recordedAt: string;
  readonly actor: string;
  readonly tool: string;
  readonly importer: string | null;
  readonly carrier: string | null;
  readonly carrierHash: string | null;
  readonly events: number;
}

/** The bytes that stand for one event in its batch's digest. */
export const LEAF_BYTES = 8;

/**
 * Gives the mark of one event in its batch: the first bytes of a hash over id and locator. The batch keeps the marks of all its events, so
 * that damage can be located to the event, not only to the batch.
 */
export function eventLeaf(id: string, locator: string): Buffer {
  return createHash('sha256').update(`${id}\n${locator}`).digest().subarray(0, LEAF_BYTES);
}

/** Gives the hash of a batch, which chains it to the batch before (empty text for the first). */
export function batchHash(previous: string, batch: BatchContent, digest: Uint8Array): string {
  const { number, recordedAt, actor, tool, importer, carrier, carrierHash, events } = batch;
  const head = JSON.stringify([
    previous,
    number,
    recordedAt,
    actor,
    tool,
    importer,
    carrier,
    carrierHash,
    events,
  ]);
  return createHash('sha256').update(head).update('\n').update(digest).digest('hex');
}

/** SHA-256 of a text in UTF-8, or of bytes, as 64 hex digits. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data);
}
