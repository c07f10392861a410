import { ktapImporter } from '../../../importers/ktap/importer.ts';
import { noKnownNames, type SourceEntry } from '../../../importers/importer.ts';
import { openSources } from '../../../importers/source/open-sources.ts';
import type { Session, Started } from '../../../queries/recorded-sessions/session.ts';
import { platformOf } from '../../../queries/bisect-session/told-outcomes.ts';
import { InputError } from '../../../store/errors.ts';
import type { Outcome } from '../../../store/events/observation.ts';
import { canonicalTestName } from '../../../store/names/test-name.ts';
import type { Ended } from './run-script.ts';
import type { Told } from './tell.ts';

type Searched = Started['regressions'][number];
/** How the thing fared, whichever way the search goes. */
type Fared = 'pass' | 'fail' | 'skip';
type Said = Pick<Told, 'outcome' | 'regression' | 'reason' | 'note'>;

/** git bisect run's word for a version that cannot be tested. */
const CANNOT_BE_TESTED = 125;
const LONGEST_JSON = 65_536;
/** The name of a build may be a hash, or what the kernel says of itself; no log. */
const LONGEST_BUILD = 256;

/** What a run says: its outcomes, and whether everything in it went well, so that a second run tells more. */
export interface RunSays {
  readonly outcomes: readonly Said[];
  readonly allPassed: boolean;
  /** What it says that it has built; null: it says nothing of that. */
  readonly build: string | null;
  /** Regressions that the results which it printed leave out. */
  readonly unnamed: readonly string[];
  /** What its outcome rests on, for people. */
  readonly words: string;
}

/**
 * Reads what a run said of each regression of its platform: results that it printed, else its exit code speaks for all. A
 * regression that printed results leave out was not tested there. A search for a fix turns pass and fail around: what passes
 * is fixed.
 */
export async function whatRunSays(ended: Ended, session: Session, platform: string): Promise<RunSays> {
  const { regressions, direction } = session.start.payload;
  const here = regressions.filter((r) => platformOf(r) === platform);
  const { results: printed, build } = await readLog(ended.path, here);
  const word = ended.timedOut ? 'timed out' : `exit ${String(ended.code)}`;
  const fared = (r: Searched): Fared => {
    if (printed.size > 0) return printed.get(r.key) ?? 'skip';
    if (ended.code === CANNOT_BE_TESTED) return 'skip';
    return ended.code === 0 ? 'pass' : 'fail';
  };
  const each = here.map((r) => ({ key: r.key, fared: fared(r) }));
  const nothingRan = each.every((r) => r.fared === 'skip');
  const outcomeOf = (f: Fared): Said => {
    if (f === 'skip') return { outcome: 'skip', reason: nothingRan ? 'build' : 'isolated' };
    const outcome = (f === 'pass') === (direction === 'introduced') ? 'good' : 'bad';
    return { outcome, ...(ended.timedOut ? { note: 'it took too long' } : {}) };
  };
  const isOfAll = here.length === regressions.length && new Set(each.map((r) => r.fared)).size === 1;
  return {
    outcomes: isOfAll
      ? [outcomeOf(each[0]!.fared)]
      : each.map((r) => ({ ...outcomeOf(r.fared), regression: r.key })),
    build,
    unnamed: printed.size === 0 ? [] : here.flatMap((r) => (printed.has(r.key) ? [] : [r.key])),
    allPassed: each.every((r) => r.fared === 'pass'),
    words: printed.size === 0 ? word : `${word}: ${each.map((r) => `${r.key} ${r.fared}`).join(', ')}`,
  };
}

/** What a run printed. */
interface Printed {
  readonly results: ReadonlyMap<string, Fared>;
  readonly build: string | null;
}

/**
 * Finds what a run printed for each regression: a line of JSON (`{"results": {"tcmalloc": "pass"}}`, the last such line
 * counts), or KTAP whose test names are the regressions' tests, consumers or keys. Empty where it printed neither. A line
 * (`{"build": "f00…"}`, the same one or another) names what it has built.
 */
async function readLog(path: string, regressions: readonly Searched[]): Promise<Printed> {
  const found = new Map<string, Fared>();
  let build: string | null = null;
  for await (const opened of openSources([path], { stdin: nothing() })) {
    if (opened.entry === undefined) continue;
    for await (const { text } of opened.entry.lines()) {
      if (!text.startsWith('{') || text.length > LONGEST_JSON) continue;
      const line = jsonLine(text);
      for (const [name, word] of jsonResults(line?.results))
        for (const { key } of namedBy(name, regressions)) found.set(key, word);
      build = jsonBuild(line) ?? build;
    }
    if (found.size > 0) break;
    for (const { test, outcome } of await ktapResults(opened.entry))
      for (const { key } of namedBy(test, regressions))
        found.set(key, worseOf(found.get(key), WORD[outcome] ?? 'skip'));
  }
  return { results: found, build };
}

/** The worse of two results of one version, of which the first may be missing; a skip says nothing. */
function worseOf(before: Fared | undefined, now: Fared): Fared {
  return before === 'fail' || now === 'skip' ? (before ?? now) : now;
}

const WORD: Readonly<Partial<Record<Outcome, Fared>>> = {
  pass: 'pass',
  xpass: 'pass',
  fail: 'fail',
  timeout: 'fail',
};

/** The results in a log, if it has any. */
async function ktapResults(entry: SourceEntry): Promise<readonly { test: string; outcome: Outcome }[]> {
  const results: { test: string; outcome: Outcome }[] = [];
  try {
    for await (const { events } of ktapImporter.read([entry], { hints: {}, known: noKnownNames })) {
      const runs = events.filter((event) => event.type === 'RunObserved');
      results.push(...runs.flatMap(({ payload }) => payload.results));
    }
  } catch (error) {
    // A log without results is one whose exit code speaks.
    if (!(error instanceof InputError)) throw error;
  }
  return results;
}

function jsonLine(line: string): { readonly results?: unknown; readonly build?: unknown } | null {
  try {
    return JSON.parse(line) as { results?: unknown; build?: unknown };
  } catch {
    return null;
  }
}

/** The build that a line names: one that says other things too is some tool's log, and means another thing by the word. */
function jsonBuild(line: ReturnType<typeof jsonLine>): string | null {
  if (line === null || Object.keys(line).some((key) => key !== 'build' && key !== 'results')) return null;
  const { build } = line;
  return typeof build === 'string' && build.length > 0 && build.length <= LONGEST_BUILD ? build : null;
}

function jsonResults(results: unknown): readonly (readonly [string, Fared])[] {
  if (typeof results !== 'object' || results === null) return [];
  const words: Readonly<Record<string, Fared>> = {
    good: 'pass',
    bad: 'fail',
    skip: 'skip',
    pass: 'pass',
    fail: 'fail',
  };
  return Object.entries(results).flatMap(([name, said]: [string, unknown]) => {
    const word = typeof said === 'string' && Object.hasOwn(words, said) ? words[said] : undefined;
    return word === undefined ? [] : [[name, word] as const];
  });
}

function namedBy(name: string, regressions: readonly Searched[]): readonly Searched[] {
  return regressions.filter((r) => isNamed(r, name));
}

function isNamed(r: Searched, name: string): boolean {
  if (name === r.key || name === r.consumer || name === r.test) return true;
  if (r.consumer !== undefined && r.variant !== undefined && name === `${r.consumer}/${r.variant}`)
    return true;
  // A collection may stand before the name that the session knows.
  const canonical = `.${canonicalTestName(name)}`;
  return [r.test, r.consumer].some((n) => n !== undefined && canonical.endsWith(`.${canonicalTestName(n)}`));
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // A run has no standard input.
}
