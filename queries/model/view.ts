import { catalogue } from '../../store/events/catalogue.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { knownAtEnd } from '../../store/events/known-at.ts';
import { knownEnd } from '../../store/log/known-by.ts';

/** From where a question looks at the log. */
export interface View {
  /** What the world could know by then: a day (the whole of it, UTC), a month or an instant. */
  readonly asOf?: string;
  /** What this log held: a moment, or a position (a number, or its digits). */
  readonly asRecorded?: string | number;
}

/** When an event came to be known (its end) and where and when it was recorded: what a view asks of a row that stands for events. */
export type Moment = readonly [known: string, position: number, recordedAt: string];

/** The moment of an event. */
export function momentOf(event: StoredEvent): Moment {
  return [knownEnd(event), event.position, event.recordedAt];
}

/** Event types that act by recorded-at alone: decisions made in this log hold at every as-of. */
const DECISIONS: ReadonlySet<string> = new Set(
  [...catalogue.values()].filter(({ clock }) => clock === 'recorded').map(({ type }) => type),
);

/** Tells whether a view sees an event. */
export function sees(view: View, event: StoredEvent): boolean {
  if (!wasRecordedBy(view, event.position, event.recordedAt)) return false;
  if (view.asOf === undefined || DECISIONS.has(event.type)) return true;
  return knownEnd(event) <= knownAtEnd(view.asOf);
}

/** Tells whether a view sees what came at a moment; decisions have none that this could ask. */
export function isSeen(
  view: View,
  [known, position, recordedAt]: readonly [...Moment, ...unknown[]],
): boolean {
  if (view.asOf !== undefined && known > knownAtEnd(view.asOf)) return false;
  return wasRecordedBy(view, position, recordedAt);
}

function wasRecordedBy({ asRecorded }: View, position: number, recordedAt: string): boolean {
  if (asRecorded === undefined) return true;
  return isPosition(asRecorded)
    ? position <= Number(asRecorded)
    : recordedAt <= knownAtEnd(String(asRecorded));
}

/** Tells whether `--as-recorded` names a position of the log; else it is a moment. */
export function isPosition(asRecorded: string | number): boolean {
  return typeof asRecorded === 'number' || /^\d+$/.test(asRecorded);
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
