import type { StoredEvent } from '../events/event.ts';
import { knownAtEnd } from '../events/known-at.ts';

type Clocks = Pick<StoredEvent, 'knownAt' | 'recordedAt'>;

/** Gives the instant from which an event is known, the end of its known-at; an unknown known-at counts from recorded-at. */
export function knownEnd({ knownAt, recordedAt }: Clocks): string {
  return knownAt === null ? recordedAt : knownAtEnd(knownAt);
}

/** Tells whether an event was known by an instant. */
export function isKnownBy(event: Clocks, instant: string): boolean {
  return knownEnd(event) <= instant;
}
