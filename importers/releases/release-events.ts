import { newEvent, type NewEvent } from '../../store/events/event.ts';
import { knownAtPrecision, toKnownAt } from '../../store/events/known-at.ts';
import { canonicalRelease, lineOfName } from '../../store/names/release-name.ts';
import type { SourceEntry } from '../importer.ts';
import { baseOf, predecessorsIn } from './numbering.ts';

/** A release as a list of releases tells it. */
export interface ListedRelease {
  /** Canonical name of a release of kernel.org: its form says its line. */
  readonly release: string;
  readonly date?: string | undefined;
  readonly predecessor?: string | undefined;
  readonly commit?: string | undefined;
  readonly tagObject?: string | undefined;
  /** The place in the file. */
  readonly at: string;
  /** Who says so: an address, or the file itself. */
  readonly source: string;
}

/** Reads a name and a date of a list; null when the name is none of kernel.org's, or the date is no date. */
export function datedRelease(
  name: string,
  day: string | null | undefined,
  at: string,
  source: string,
): ListedRelease | null {
  const release = canonicalRelease(name);
  if (release === null || lineOfName(release) === null) return null;
  if (day === null || day === undefined) return { release, at, source };
  const date = toKnownAt(day);
  return date === null || knownAtPrecision(date) === null ? null : { release, date, at, source };
}

/**
 * Makes the event of a release. It is known from its date: a tag is public by itself, whenever a list of it was written;
 * without a date, from `knownAt`.
 */
export function releaseEvent(
  origin: string,
  entry: SourceEntry,
  r: ListedRelease,
  knownAt: string | null,
): NewEvent {
  return event(`${origin}/${r.release}`, entry, r, r.date ?? knownAt);
}

/**
 * Makes the event of a release that is only named by another: every tag that a record names is a recorded release, its
 * date may be unknown. It is a statement of its own, so that it never replaces one with a date.
 */
export function namedRelease(
  origin: string,
  entry: SourceEntry,
  { release, at, source }: ListedRelease,
  knownAt: string | null,
): NewEvent {
  return event(`${origin}/${release}@named`, entry, { release, at, source }, knownAt);
}

/**
 * Makes the events of a list of releases, each after the one that its number continues. A base that the list leaves out
 * (v6.18 where it holds v6.18.3) is named, so that a line never hangs in the air.
 */
export function releaseEvents(
  origin: string,
  entry: SourceEntry,
  releases: readonly ListedRelease[],
  knownAt: string | null,
): readonly NewEvent[] {
  const before = predecessorsIn(releases.map((r) => r.release));
  const there = new Set(releases.map((r) => r.release));
  return releases.flatMap((one) => {
    const listed = releaseEvent(origin, entry, { ...one, predecessor: before.get(one.release) }, knownAt);
    const base = baseOf(one.release);
    if (base === null || there.has(base)) return [listed];
    there.add(base);
    return [listed, namedRelease(origin, entry, { ...one, release: base }, one.date ?? knownAt)];
  });
}

function event(stream: string, entry: SourceEntry, r: ListedRelease, knownAt: string | null): NewEvent {
  return newEvent({
    type: 'ReleaseRecorded',
    stream,
    knownAt,
    source: r.source,
    locator: `${entry.name}#${r.at}`,
    payload: {
      confidence: 'verified',
      rev: 1,
      release: r.release,
      line: lineOfName(r.release)!,
      ...(r.date === undefined ? {} : { date: r.date }),
      ...(r.predecessor === undefined ? {} : { predecessor: r.predecessor }),
      ...(r.commit === undefined ? {} : { commit: r.commit }),
      ...(r.tagObject === undefined ? {} : { tagObject: r.tagObject }),
    },
  });
}
