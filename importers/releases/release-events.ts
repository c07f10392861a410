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

/** A line as a list of releases tells it. */
export interface ListedLine {
  readonly line: string;
  readonly base: string;
  /** The day of its last release. */
  readonly ended?: string | undefined;
  /** What kernel.org calls it. */
  readonly moniker?: 'stable' | 'longterm' | undefined;
  readonly note?: string | undefined;
  readonly confidence: 'verified' | 'concluded';
  readonly at: string;
  readonly source: string;
}

/** A file that lists releases. */
export interface ReleaseFile {
  readonly origin: string;
  readonly entry: SourceEntry;
  /** Since when that is known which has no date of its own. */
  readonly knownAt: string | null;
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
 * without a date, since the list is.
 */
export function releaseEvent(file: ReleaseFile, release: ListedRelease): NewEvent {
  return event(file, `${file.origin}/${release.release}`, release, release.date ?? file.knownAt);
}

/**
 * Makes the event of a release that is only named by another: every tag that a record names is a recorded release, its
 * date may be unknown. It is a statement of its own, so that it never replaces one with a date.
 */
export function namedRelease(file: ReleaseFile, { release, at, source }: ListedRelease): NewEvent {
  return event(file, `${file.origin}/${release}@named`, { release, at, source }, file.knownAt);
}

/**
 * Makes the events of a list of releases, each after the one that its number continues. A base that the list leaves out
 * (v6.18 where it holds v6.18.3) is named, so that every line has a release that it begins with.
 */
export function releaseEvents(file: ReleaseFile, releases: readonly ListedRelease[]): readonly NewEvent[] {
  const before = predecessorsIn(releases.map((r) => r.release));
  const there = new Set(releases.map((r) => r.release));
  return releases.flatMap((one) => {
    const listed = releaseEvent(file, { ...one, predecessor: before.get(one.release) });
    const base = baseOf(one.release);
    if (base === null || there.has(base)) return [listed];
    there.add(base);
    const knownAt = one.date ?? file.knownAt;
    return [listed, namedRelease({ ...file, knownAt }, { ...one, release: base })];
  });
}

/** Makes the event of a line. */
export function lineEvent({ origin, entry, knownAt }: ReleaseFile, listed: ListedLine): NewEvent {
  const { line, base, ended, moniker, note, confidence } = listed;
  return newEvent({
    type: 'LineRecorded',
    stream: `${origin}/${line}`,
    knownAt,
    source: listed.source,
    locator: `${entry.name}#${listed.at}`,
    payload: {
      confidence,
      rev: 1,
      line,
      base,
      ...(moniker === undefined ? {} : { moniker }),
      ...(ended === undefined ? {} : { ended }),
      ...(note === undefined ? {} : { note }),
    },
  });
}

function event({ entry }: ReleaseFile, stream: string, r: ListedRelease, knownAt: string | null): NewEvent {
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
