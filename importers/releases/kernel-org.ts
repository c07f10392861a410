import * as v from 'valibot';
import { InputError } from '../../store/errors.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import { knownAtPrecision } from '../../store/events/known-at.ts';
import { canonicalRelease, lineOfName } from '../../store/names/release-name.ts';
import type { Importer, SourceEntry } from '../importer.ts';
import { excerptOf } from '../results/json-shape.ts';
import { LONGEST_REJECT } from '../results/limits.ts';
import { rejected } from '../results/result-run.ts';
import { wholeJson } from '../results/whole-text.ts';
import { baseOf } from './numbering.ts';
import { namedRelease, releaseEvent, type ListedRelease } from './release-events.ts';

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
    for (const entry of entries) {
      const parsed = v.safeParse(snapshot, await wholeJson(entry));
      if (!parsed.success)
        throw new InputError([
          {
            severity: 'error',
            message: 'no releases.json: it has no list "releases"',
            place: { file: entry.name },
          },
        ]);
      const origin = hints.origin ?? 'kernel.org';
      const good: { readonly release: string; readonly at: string; readonly of: Listed }[] = [];
      const events: NewEvent[] = [];
      parsed.output.releases.forEach((each, index) => {
        const at = `/releases/${index}`;
        const one = v.safeParse(listed, each);
        const release = one.success ? canonicalRelease(one.output.version) : null;
        if (one.success && release !== null && lineOfName(release) !== null)
          good.push({ release, at, of: one.output });
        else
          events.push(
            rejected(entry, FORMAT, hints, {
              key: at,
              reason: one.success
                ? 'not the name of a kernel release'
                : `no release: ${faultOf(one.issues[0])}`,
              excerpt: excerptOf(each, LONGEST_REJECT),
            }),
          );
      });
      // The snapshot was true when its youngest release was made; it has no date of its own.
      const seen =
        hints.knownAt ??
        good
          .map(({ of }) => dateOf(of) ?? '')
          .sort()
          .at(-1) ??
        '';
      const known = seen === '' ? null : seen;
      const dated = new Set(good.map((g) => g.release));
      for (const { release, at, of } of good) {
        const predecessor = predecessorOf(release, of);
        const r: ListedRelease = { release, date: dateOf(of), predecessor, at, source: SOURCE };
        events.push(releaseEvent(origin, entry, r, known));
        const named = [predecessor, baseOf(release)].filter((n) => n !== undefined && n !== null);
        for (const name of new Set(named))
          if (!dated.has(name)) {
            dated.add(name);
            events.push(namedRelease(origin, entry, { release: name, at, source: SOURCE }, known));
          }
        const line = lineEvent(origin, entry, release, at, of, known);
        if (line !== null) events.push(line);
      }
      yield { entry, events };
    }
  },
};

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

/** A line, with what it continues and, once kernel.org calls it dead, its end: the day of its last release. */
function lineEvent(
  origin: string,
  entry: SourceEntry,
  release: string,
  at: string,
  of: Listed,
  known: string | null,
): NewEvent | null {
  const line = lineOfName(release)!;
  const base = baseOf(release);
  if (base === null) return null;
  const ended = of.iseol === true ? dateOf(of) : undefined;
  return newEvent({
    type: 'LineRecorded',
    stream: `${origin}/${line}`,
    knownAt: known,
    source: SOURCE,
    locator: `${entry.name}#${at}`,
    payload: {
      confidence: ended === undefined ? 'verified' : 'concluded',
      rev: 1,
      line,
      base,
      ...(of.moniker === 'stable' || of.moniker === 'longterm' ? { moniker: of.moniker } : {}),
      ...(ended === undefined
        ? {}
        : { ended, note: `called dead; ${release} is its last release, on that day` }),
    },
  });
}
