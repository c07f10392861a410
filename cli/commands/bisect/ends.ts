import { BisectError } from '../../../queries/bisect/graph/bisect-error.ts';
import { otherWayRound } from '../../../queries/bisect-session/other-way-round.ts';
import { commitOf } from '../../../importers/git/run-git.ts';
import { transitionsOf, type Transition } from '../../../queries/bisect-session/history.ts';
import { engineWords } from '../../../queries/bisect-session/engine-words.ts';
import type { Ends, Started } from '../../../queries/recorded-sessions/session.ts';
import type { Model } from '../../../queries/model/model.ts';
import { nearest, QueryError } from '../../../queries/model/query-error.ts';
import { canonicalRelease } from '../../../store/names/release-name.ts';

/** Where a search begins, and what a person should know of that. */
export interface ChosenEnds {
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /** Other places where the log sees the same turn: each is a search of its own. */
  readonly others: readonly Transition[];
  readonly notes: readonly string[];
}

/**
 * Finds the ends of a search: those that are given, else the latest turn that the log knows of the consumer. In a clone and
 * over releases they may come later, as outcomes.
 *
 * @throws QueryError, GitError for an end that is not there.
 */
export async function chooseEnds(
  model: Model,
  regressions: Started['regressions'],
  {
    over,
    direction,
    repository,
    given,
  }: {
    readonly over: Started['over'];
    readonly direction: Started['direction'];
    readonly repository: string | null;
    readonly given: { readonly good: readonly string[]; readonly bad: readonly string[] };
  },
): Promise<ChosenEnds> {
  const resolve = async (word: string): Promise<string> => {
    if (over === 'commits') return commitOf(repository!, word);
    const release = canonicalRelease(word);
    if (release !== null && model.graph.releases.has(release)) return release;
    const change = over === 'changes' ? recordedChange(model, word) : null;
    if (change !== null) return change;
    throw new QueryError(`"${word}" is no recorded release`, {
      suggestions: nearest(release ?? word, model.graph.releases.keys()),
      hint: 'without --repo DIR, which searches the commits of a clone, ends are releases',
    });
  };
  const good = await Promise.all(given.good.map(resolve));
  const bad = await Promise.all(given.bad.map(resolve));
  if (good.length > 0 && bad.length > 0) return { good, bad, others: [], notes: [] };
  const [first, ...rest] = regressions;
  if (first?.consumer === undefined) {
    if (over !== 'changes') return { good, bad, others: [], notes: [] };
    throw new QueryError('a search needs a good end and a bad end', {
      hint: 'name them (--good REV --bad REV), or a --consumer and an --arch that the log knows, or a clone (--repo DIR)',
    });
  }
  const { arch } = first;
  if (arch === undefined)
    throw new QueryError('say on which architecture', { hint: 'add --arch, or both --good and --bad' });
  const turnsOf = (r: Started['regressions'][number]) =>
    transitionsOf(model, r.consumer!, r.variant, r.arch!, direction);
  const named = (side: readonly string[], release: string) =>
    side.length === 0 || given.good.concat(given.bad).some((word) => canonicalRelease(word) === release);
  const [latest, ...others] = turnsOf(first).filter((t) => named(good, t.good) && named(bad, t.bad));
  if (latest === undefined) {
    const [from, to] = direction === 'introduced' ? ['working', 'broken'] : ['broken', 'working'];
    throw new QueryError(`the log knows no release where ${first.key} went from ${from} to ${to}`, {
      hint: 'name the ends: --good REV --bad REV',
    });
  }
  const notes = rest.flatMap((r) => {
    const turns = turnsOf(r);
    if (turns.some((t) => t.good === latest.good && t.bad === latest.bad)) return [];
    const known = turns.slice(0, 3).map((t) => `${t.good}..${t.bad}`);
    return [
      `the log does not know that ${r.key} turned between ${latest.good} and ${latest.bad}${known.length > 0 ? `, but in ${known.join(', ')}` : ''}`,
    ];
  });
  const chosen = [...(good.length > 0 ? [] : [latest.good]), ...(bad.length > 0 ? [] : [latest.bad])];
  const unseen = chosen.filter((release) => latest.unseen.includes(release));
  if (unseen.length > 0)
    notes.push(
      `of ${unseen.join(' and ')} only records tell how ${first.key} fares, no test and no report: ${unseen.length > 1 ? 'test them' : 'test it'} first (run --check-ends does)`,
    );
  return {
    good: good.length > 0 ? good : [await resolve(latest.good)],
    bad: bad.length > 0 ? bad : [await resolve(latest.bad)],
    others,
    notes,
  };
}

/** A change that the log records, by its hash or the beginning of it. */
export function recordedChange(model: Model, word: string): string | null {
  if (!/^[0-9a-f]{7,40}$/.test(word)) return null;
  const found = [...model.changes.keys()].filter((change) => change.startsWith(word));
  return found.length === 1 ? found[0]! : null;
}

/**
 * Works out a step of a search whose ends were just named.
 *
 * @throws QueryError with the search in the other direction, where they stand the wrong way round.
 */
export async function withEndsInOrder<T>(
  start: Omit<Started, 'by'>,
  ends: Pick<Ends, 'good' | 'bad'>,
  work: () => T,
): Promise<Awaited<T>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BisectError) || error.code !== 'no-candidates') throw error;
    throw new QueryError(engineWords({ start: { payload: start }, terms: start.terms }, error.message), {
      hint: otherWayRound(start, ends),
    });
  }
}
