import { openSources } from '../../../importers/source/open-sources.ts';
import { ktapImporter } from '../../../importers/ktap/importer.ts';
import { noKnownNames, type SourceEntry } from '../../../importers/importer.ts';
import { InputError } from '../../../store/errors.ts';
import type { Outcome } from '../../../store/events/observation.ts';
import type { Payload } from '../../../store/events/catalogue.ts';
import { canonicalTestName } from '../../../store/names/test-name.ts';

type Searched = Payload<'BisectStarted'>['regressions'][number];
type Word = 'good' | 'bad' | 'skip';

const LONGEST_JSON = 65_536;

/**
 * Finds what a run printed for each regression: a line of JSON (`{"results": {"tcmalloc": "good"}}`, the last such
 * line counts), or KTAP whose test names are the regressions' tests, consumers or keys. Empty where it printed neither:
 * then the exit code speaks for all.
 */
export async function resultsOfLog(
  path: string,
  regressions: readonly Searched[],
): Promise<ReadonlyMap<string, Word>> {
  const found = new Map<string, Word>();
  for await (const opened of openSources([path], { stdin: nothing() })) {
    if (opened.entry === undefined) continue;
    for await (const { text } of opened.entry.lines()) {
      if (!text.startsWith('{') || text.length > LONGEST_JSON) continue;
      for (const [name, word] of jsonResults(text))
        for (const r of regressions) if (isNamed(r, name)) found.set(r.key, word);
    }
    if (found.size > 0) return found;
    for (const { test, outcome } of await ktapResults(opened.entry))
      for (const r of regressions) {
        if (!isNamed(r, test)) continue;
        const word = WORD[outcome] ?? 'skip';
        // Of several results the worst counts.
        if (found.get(r.key) !== 'bad')
          found.set(r.key, word === 'skip' ? (found.get(r.key) ?? 'skip') : word);
      }
  }
  return found;
}

const WORD: Readonly<Partial<Record<Outcome, Word>>> = {
  pass: 'good',
  xpass: 'good',
  fail: 'bad',
  timeout: 'bad',
};

/** The results in a log, if it has any. */
async function ktapResults(entry: SourceEntry): Promise<readonly { test: string; outcome: Outcome }[]> {
  const results: { test: string; outcome: Outcome }[] = [];
  try {
    for await (const { events } of ktapImporter.read([entry], { hints: {}, known: noKnownNames }))
      for (const event of events) if (event.type === 'RunObserved') results.push(...event.payload.results);
  } catch (error) {
    // A log without results is one whose exit code speaks.
    if (!(error instanceof InputError)) throw error;
  }
  return results;
}

function jsonResults(line: string): readonly (readonly [string, Word])[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return [];
  }
  const results = (value as { results?: unknown }).results;
  if (typeof results !== 'object' || results === null) return [];
  const words: Readonly<Record<string, Word>> = {
    good: 'good',
    bad: 'bad',
    skip: 'skip',
    pass: 'good',
    fail: 'bad',
  };
  return Object.entries(results).flatMap(([name, said]: [string, unknown]) => {
    const word = typeof said === 'string' && Object.hasOwn(words, said) ? words[said] : undefined;
    return word === undefined ? [] : [[name, word] as const];
  });
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
