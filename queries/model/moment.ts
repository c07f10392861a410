import type { StoredEvent } from '../../store/events/event.ts';
import { knownAtEnd } from '../../store/known-at.ts';
import { knownEnd, type View } from './counting.ts';

/** When an event came to be known (its end) and where and when it was recorded: what a view asks of a row that stands for events. */
export type Moment = readonly [known: string, position: number, recordedAt: string];

/** The moment of an event. */
export function momentOf(event: StoredEvent): Moment {
  return [knownEnd(event), event.position, event.recordedAt];
}

/** Tells whether a view sees what came at a moment. */
export function isSeen(
  { asOf, asRecorded }: View,
  [known, position, recordedAt]: readonly [...Moment, ...unknown[]],
): boolean {
  if (asOf !== undefined && known > knownAtEnd(asOf)) return false;
  if (asRecorded === undefined) return true;
  const digits = typeof asRecorded === 'number' || /^\d+$/.test(asRecorded);
  return digits ? position <= Number(asRecorded) : recordedAt <= knownAtEnd(asRecorded);
}

/**
 * Keeps the moments that no other is before in both clocks: enough for any view to say which is the first that it sees.
 *
 * @param isEarlier whether one was known no later than another: where both have one moment, what tells them apart may decide
 */
export function withMoment<M extends readonly [...Moment, ...unknown[]]>(
  edge: readonly M[],
  moment: M,
  isEarlier: (a: M, b: M) => boolean = (a, b) => a[0] <= b[0],
): readonly M[] {
  const before = (a: M, b: M) => isEarlier(a, b) && a[1] <= b[1];
  if (edge.some((other) => before(other, moment))) return edge;
  return [...edge.filter((other) => !before(moment, other)), moment].sort((a, b) => a[1] - b[1]);
}
