import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import { grouped } from '../../store/grouping.ts';

type Retraction = TypedStoredEvent<'EventRetracted'>;

/** What counts among the events that a view sees. */
export interface Counting {
  readonly events: readonly StoredEvent[];
  /** Retracted addresses, `ID` and `ID#index`, with the retraction that counts. */
  readonly retracted: ReadonlyMap<string, Retraction>;
  /** Events that a higher version of the same statement replaced, by the id of the old one. */
  readonly replaced: ReadonlyMap<string, StoredEvent>;
  /** Versions of equal order and different content: both count, and contradict each other. */
  readonly rivals: readonly (readonly StoredEvent[])[];
}

/**
 * Applies retractions and versions. Versions of one statement (equal type and stream) are ordered by revision, then
 * known-at, never by position; the highest that is not retracted counts.
 */
export function whatCounts(seen: readonly StoredEvent[]): Counting {
  const retracted = retractionsInForce(seen);
  const { highest, replaced, rivals } = highestVersions(seen.filter((event) => !retracted.has(event.id)));
  const events = withoutLosers(highest);
  // By content, so that the order in which files were imported cannot show in an answer.
  events.sort((a, b) => (a.type === b.type ? byStream(a, b) : a.type < b.type ? -1 : 1));
  return { events, retracted, replaced, rivals };
}

/**
 * The retractions that count, by the address that they take out. Whether one counts is asked of the retractions that name
 * it; they name content ids and so cannot go in a circle.
 */
function retractionsInForce(seen: readonly StoredEvent[]): ReadonlyMap<string, Retraction> {
  const naming = grouped(
    seen.filter((event) => event.type === 'EventRetracted'),
    (event) => event.payload.target,
  );
  const decided = new Map<string, Retraction | null>();
  for (const address of naming.keys()) {
    // A stack of our own: retractions of retractions may be more than the engine's has room for.
    const open = [address];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const by = naming.get(top)!;
      const first = by.filter(({ id }) => naming.has(id) && !decided.has(id));
      if (first.length > 0) {
        open.push(...first.map(({ id }) => id));
        continue;
      }
      decided.set(top, by.find(({ id }) => (decided.get(id) ?? null) === null) ?? null);
      open.pop();
    }
  }
  return new Map(
    [...naming.keys()].flatMap((address) => {
      const by = decided.get(address);
      return by ? [[address, by] as const] : [];
    }),
  );
}

/** Of each statement the versions that none is above, and what those replaced. */
function highestVersions(events: readonly StoredEvent[]): Pick<Counting, 'replaced' | 'rivals'> & {
  readonly highest: readonly StoredEvent[];
} {
  const highest: StoredEvent[] = [];
  const replaced = new Map<string, StoredEvent>();
  const rivals: StoredEvent[][] = [];
  for (const versions of grouped(events, ({ type, stream }) => `${type}\n${stream}`).values()) {
    if (versions.length === 1) {
      highest.push(versions[0]!);
      continue;
    }
    versions.sort((a, b) => compareVersions(b, a) || (a.id < b.id ? -1 : 1));
    const top = versions.filter((v) => compareVersions(v, versions[0]!) === 0);
    if (top.length > 1) rivals.push(top);
    highest.push(...top);
    for (const old of versions.slice(top.length)) replaced.set(old.id, top[0]!);
  }
  return { highest, replaced, rivals };
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
