import type { EventType } from '../../store/events/catalogue.ts';
import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import { knownAtEnd } from '../../store/known-at.ts';
import { addTo } from '../../store/grouping.ts';

/** From where a question looks at the log. */
export interface View {
  /** What the world could know by then: a day (the whole of it, UTC), a month or an instant. */
  readonly asOf?: string;
  /** What this log held: a moment, or a position (a number, or its digits). */
  readonly asRecorded?: string | number;
}

/** Event types that act by recorded-at alone: decisions made in this log hold at every as-of. */
const DECISIONS: ReadonlySet<EventType> = new Set<EventType>([
  'EventRetracted',
  'DisputeSettled',
  'RegressionSplit',
  'RegressionMerged',
]);

/** The instant from which an event is known; an unknown known-at counts from recorded-at. */
export function knownEnd(event: StoredEvent): string {
  return event.knownAt === null ? event.recordedAt : knownAtEnd(event.knownAt);
}

/** Tells whether a view sees an event. */
export function sees(view: View, event: StoredEvent): boolean {
  if (view.asRecorded !== undefined) {
    const limit = view.asRecorded;
    if (typeof limit === 'number' || /^\d+$/.test(limit)) {
      if (event.position > Number(limit)) return false;
    } else if (event.recordedAt > knownAtEnd(limit)) return false;
  }
  if (view.asOf === undefined || DECISIONS.has(event.type)) return true;
  return knownEnd(event) <= knownAtEnd(view.asOf);
}

/** What counts among the events that a view sees. */
export interface Counting {
  readonly events: readonly StoredEvent[];
  /** Retracted addresses, `ID` and `ID#index`, with the retraction that counts. */
  readonly retracted: ReadonlyMap<string, TypedStoredEvent<'EventRetracted'>>;
  /** Events that a higher version of the same statement replaced, by the id of the old one. */
  readonly replaced: ReadonlyMap<string, StoredEvent>;
  /** Versions of equal order and different content: both count, and contradict each other. */
  readonly rivals: readonly (readonly StoredEvent[])[];
}

/**
 * Applies retractions and versions. Retractions name content ids and so cannot go in a circle: whether one counts is
 * asked of the retractions that name it. Versions of one statement (equal type and stream) are ordered by revision,
 * then known-at, never by position; the highest that is not retracted counts.
 */
export function whatCounts(seen: readonly StoredEvent[]): Counting {
  const retractions = new Map<string, TypedStoredEvent<'EventRetracted'>[]>();
  for (const event of seen) {
    if (event.type !== 'EventRetracted') continue;
    addTo(retractions, event.payload.target, event);
  }
  const decided = new Map<string, TypedStoredEvent<'EventRetracted'> | null>();
  const retractionOf = (address: string): TypedStoredEvent<'EventRetracted'> | null => {
    const known = decided.get(address);
    if (known !== undefined) return known;
    const found = retractions.get(address)?.find((r) => retractionOf(r.id) === null) ?? null;
    decided.set(address, found);
    return found;
  };
  const retracted = new Map<string, TypedStoredEvent<'EventRetracted'>>();
  for (const address of retractions.keys()) {
    const by = retractionOf(address);
    if (by) retracted.set(address, by);
  }
  const statements = new Map<string, StoredEvent[]>();
  const rivals: StoredEvent[][] = [];
  const replaced = new Map<string, StoredEvent>();
  const events: StoredEvent[] = [];
  for (const event of seen) {
    if (retracted.has(event.id)) continue;
    const key = `${event.type}\n${event.stream}`;
    addTo(statements, key, event);
  }
  for (const versions of statements.values()) {
    if (versions.length === 1) {
      events.push(versions[0]!);
      continue;
    }
    versions.sort((a, b) => compareVersions(b, a) || (a.id < b.id ? -1 : 1));
    const top = versions.filter((v) => compareVersions(v, versions[0]!) === 0);
    if (top.length > 1) rivals.push(top);
    events.push(...top);
    for (const old of versions.slice(top.length)) replaced.set(old.id, top[0]!);
  }
  const unsettled = withoutLosers(events);
  // By content, so that the order in which files were imported cannot show in an answer.
  unsettled.sort((a, b) => (a.type === b.type ? byStream(a, b) : a.type < b.type ? -1 : 1));
  return { events: unsettled, retracted, replaced, rivals };
}

/** A dispute that is settled leaves the statements that it keeps; the others count no more. */
function withoutLosers(events: readonly StoredEvent[]): StoredEvent[] {
  const lost = new Set<string>();
  for (const settled of events) {
    if (settled.type !== 'DisputeSettled') continue;
    for (const e of events) {
      if (e.type !== 'StatementDisputed' || e.payload.dispute !== settled.payload.dispute) continue;
      for (const name of e.payload.statements) if (!settled.payload.keeps.includes(name)) lost.add(name);
    }
  }
  return lost.size === 0 ? [...events] : events.filter((e) => !lost.has(e.stream) && !lost.has(e.id));
}

function byStream(a: StoredEvent, b: StoredEvent): number {
  if (a.stream !== b.stream) return a.stream < b.stream ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function compareVersions(a: StoredEvent, b: StoredEvent): number {
  const rev = revision(a) - revision(b);
  if (rev !== 0) return rev;
  const [x, y] = [a.knownAt ?? '', b.knownAt ?? ''];
  return x < y ? -1 : x > y ? 1 : 0;
}

function revision(event: StoredEvent): number {
  return 'rev' in event.payload ? event.payload.rev : 1;
}
