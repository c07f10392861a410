import * as v from 'valibot';
import { refusedFile } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { knownAtPrecision } from '../../store/events/known-at.ts';
import { canonicalRelease, lineOfName } from '../../store/names/release-name.ts';
import type { ImportHints, Importer, SourceEntry } from '../importer.ts';
import { excerptOf } from '../results/json-shape.ts';
import { LONGEST_REJECT } from '../results/limits.ts';
import { rejected } from '../results/result-run.ts';
import { wholeJson } from '../results/whole-text.ts';
import { baseOf } from './numbering.ts';
import {
  lineEvent,
  namedRelease,
  releaseEvent,
  type ListedLine,
  type ReleaseFile,
} from './release-events.ts';

const FORMAT = 'kernel-org';
/** The file names no address of itself, and every copy of it says the same. */
const SOURCE = 'https://www.kernel.org/releases.json';

const text = v.nullish(v.string());
const listed = v.looseObject({
  version: v.string(),
  moniker: text,
  iseol: v.nullish(v.boolean()),
  released: v.nullish(v.looseObject({ timestamp: v.nullish(v.number()), isodate: text })),
  gitweb: text,
  diffview: text,
});
const snapshot = v.looseObject({
  latest_stable: v.nullish(v.looseObject({ version: text })),
  releases: v.array(v.unknown()),
});

type Listed = v.InferOutput<typeof listed>;

/** What is wrong with an entry of the list, by the field that is not as it should be. */
function faultOf(issue: v.BaseIssue<unknown>): string {
  const field = v.getDotPath(issue);
  if (field === null) return 'it is no object';
  return field === 'version' && issue.input === undefined
    ? 'it has no version'
    : `${field} is ${excerptOf(issue.input, 100)}`;
}

/**
 * Reads https://www.kernel.org/releases.json: the releases of one moment, not a history. Candidates have no `pgp` and no
 * `changelog`, linux-next has no address of anything; `moniker: mainline` may be a final release. What a release
 * continues is read in the address of the difference to it.
 */
export const kernelOrgImporter: Importer = {
  format: FORMAT,
  version: 2,
  says: 'releases.json of kernel.org',
  unit: 'file',
  sniff: (head) =>
    /^\s*\{/.test(head) && /"releases"\s*:\s*\[/.test(head) && /"(moniker|iseol)"\s*:/.test(head) ? 0.9 : 0,
  async *read(entries, { hints }) {
    for (const entry of entries) yield { entry, events: eventsOf(entry, await wholeJson(entry), hints) };
  },
};

/** A release of the snapshot: its name, its place in the file, and what is said of it. */
interface Found {
  readonly release: string;
  readonly at: string;
  readonly of: Listed;
}

function eventsOf(entry: SourceEntry, json: unknown, hints: ImportHints): readonly NewEvent[] {
  const parsed = v.safeParse(snapshot, json);
  if (!parsed.success) throw refusedFile(entry.name, 'no releases.json: it has no list "releases"');
  const found: Found[] = [];
  const events: NewEvent[] = [];
  for (const [index, each] of parsed.output.releases.entries()) {
    const at = `/releases/${index}`;
    const one = readListed(each, at);
    if (typeof one !== 'string') found.push(one);
    else {
      const excerpt = excerptOf(each, LONGEST_REJECT);
      events.push(rejected(entry, FORMAT, hints, { key: at, reason: one, excerpt }));
    }
  }
  const knownAt = hints.knownAt ?? youngestOf(found);
  const file: ReleaseFile = { origin: hints.origin ?? 'kernel.org', entry, knownAt };
  const recorded = new Set(found.map(({ release }) => release));
  for (const one of found) {
    const { release, at, of } = one;
    const predecessor = predecessorOf(release, of);
    events.push(releaseEvent(file, { release, date: dateOf(of), predecessor, at, source: SOURCE }));
    for (const name of [predecessor, baseOf(release)]) {
      if (name === undefined || name === null || recorded.has(name)) continue;
      recorded.add(name);
      events.push(namedRelease(file, { release: name, at, source: SOURCE }));
    }
    const line = lineOf(one);
    if (line !== null) events.push(lineEvent(file, line));
  }
  return events;
}

/** Reads an entry of the list; a text says why it cannot be read. */
function readListed(each: unknown, at: string): Found | string {
  const one = v.safeParse(listed, each);
  if (!one.success) return `no release: ${faultOf(one.issues[0])}`;
  const release = canonicalRelease(one.output.version);
  if (release === null || lineOfName(release) === null) return 'not the name of a kernel release';
  return { release, at, of: one.output };
}

/** The snapshot was true when its youngest release was made; it has no date of its own. */
function youngestOf(found: readonly Found[]): string | null {
  const dates = found.flatMap(({ of }) => dateOf(of) ?? []);
  return dates.sort().at(-1) ?? null;
}

function dateOf({ released }: Listed): string | undefined {
  const { timestamp, isodate } = released ?? {};
  if (typeof timestamp === 'number' && timestamp > 0 && timestamp < 1e11)
    return new Date(timestamp * 1000).toISOString().replace('.000Z', 'Z');
  return typeof isodate === 'string' && knownAtPrecision(isodate) !== null ? isodate : undefined;
}

/** `…/ds/v7.2.2/v7.2.1`: the difference of a release to what it continues. */
function predecessorOf(release: string, { diffview }: Listed): string | undefined {
  const pair = /\/ds\/(v[^/]+)\/(v[^/]+)$/.exec(diffview ?? '');
  if (pair === null || canonicalRelease(pair[1]!) !== release) return undefined;
  const before = canonicalRelease(pair[2]!);
  return before === null || before === release || lineOfName(before) === null ? undefined : before;
}

/** The line of a release, with what it continues and, once kernel.org calls it dead, its end: the day of its last release. */
function lineOf({ release, at, of }: Found): ListedLine | null {
  const base = baseOf(release);
  if (base === null) return null;
  const ended = of.iseol === true ? dateOf(of) : undefined;
  return {
    line: lineOfName(release)!,
    base,
    ended,
    moniker: of.moniker === 'stable' || of.moniker === 'longterm' ? of.moniker : undefined,
    note: ended === undefined ? undefined : `called dead; ${release} is its last release, on that day`,
    confidence: ended === undefined ? 'verified' : 'concluded',
    at,
    source: SOURCE,
  };
}
