import type { EventStore } from '../../store/event-store.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import type { Model } from '../model/model.ts';
import { QueryError } from '../model/query-error.ts';
import type { Version } from './change-classes.ts';
import { loadResultsOf } from './runs-by-version.ts';

/** How many releases before a version are asked for a test that it says nothing of. */
const HISTORY = 5;

const DESCRIBED = /-\d+-g([0-9a-f]{7,40})$/;

/**
 * Reads the results of a release, a build or a commit.
 *
 * @throws QueryError for a name that is no recorded release and has no results.
 */
export async function loadVersion(store: EventStore, model: Model, text: string): Promise<Version> {
  const release = canonicalRelease(text);
  for (const name of new Set([text, ...(release === null ? [] : [release])])) {
    const results = await loadResultsOf(store, model, name);
    // A recorded release without results is an answer: everything in it is missing.
    if (results.length > 0 || model.graph.releases.has(name)) return { name, results };
  }
  // What `git describe` calls a build that its results name by the commit alone, or by the release that it became.
  const [, commit] = DESCRIBED.exec(text) ?? [];
  const results = commit === undefined ? [] : await loadResultsOf(store, model, commit);
  if (results.length > 0) return { name: text, results };
  throw new QueryError(`no results of "${text}"`, {
    hint: 'name a release, a build or a commit with results',
  });
}

/** Reads the results of the releases that a release continues, the nearest first; none of a build or a commit. */
export async function loadVersionsBefore(
  store: EventStore,
  model: Model,
  name: string,
): Promise<readonly Version[]> {
  const before: Version[] = [];
  let at = model.graph.releases.get(name)?.predecessor ?? null;
  while (at !== null && before.length < HISTORY) {
    before.push({ name: at, results: await loadResultsOf(store, model, at) });
    at = model.graph.releases.get(at)?.predecessor ?? null;
  }
  return before;
}
