import type { StoredEvent } from '../events/event.ts';
import { knownAtEnd } from '../known-at.ts';

/** Tells whether an event was known by an instant; an unknown known-at counts from recorded-at. */
export function isKnownBy(
  { knownAt, recordedAt }: Pick<StoredEvent, 'knownAt' | 'recordedAt'>,
  instant: string,
): boolean {
  return (knownAt === null ? recordedAt : knownAtEnd(knownAt)) <= instant;
}
