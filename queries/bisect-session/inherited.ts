import { markAncestors, nodeNamed } from '../bisect/graph/graph.ts';
import type { Outcome } from '../bisect/range/problem.ts';
import type { Model } from '../model/model.ts';
import type { Prefilled } from './prefill.ts';
import {
  isPlain,
  sessionsOf,
  type Session,
  type SessionOutcome,
  type Started,
} from '../recorded-sessions/session.ts';
import type { SessionHistory } from './session-history.ts';
import { toldOutcomes } from './told-outcomes.ts';

type Searched = Started['regressions'][number];

/**
 * Finds what other searches have found out of the versions in between the ends of this one: what was built and run once
 * for a regression need not be again. Of the search that this one follows it is all of it, what could not be built there
 * too; of others, as long as the log may answer at all, how the same thing on the same architecture fared. What was run
 * in a search that allows for flakes is proof of nothing where this one does not. git's own search knows of no other.
 *
 * @param ends the good and the bad ends, as versions of the history.
 * @param answered what the log answers already, in which the other searches may have a part.
 */
export function inherited(
  model: Model,
  session: Session,
  ends: Pick<Session['ends'], 'good' | 'bad'>,
  history: SessionHistory,
  versionOf: (name: string) => string,
  answered: readonly Prefilled[],
): readonly Prefilled[] {
  const { chooser, second, direction } = session.start.payload;
  if (chooser === 'git' || second !== undefined) return [];
  const others = sessionsOf(model).flatMap((other) => {
    const takes = takenFrom(other, session);
    return takes === null ? [] : [{ other, takes }];
  });
  if (others.length === 0) return [];
  const { graph } = history;
  const nodesOf = (versions: readonly string[]) => versions.map((v) => nodeNamed(graph, v));
  const [inReach, spared] = [
    markAncestors(graph, nodesOf(ends.bad)),
    markAncestors(graph, nodesOf(ends.good)),
  ];
  const isBetween = (version: string) => {
    const node = graph.names.indexOf(version);
    return node >= 0 && inReach[node] === 1 && spared[node] === 0 && !ends.bad.includes(version);
  };
  const known = new Set(answered.map(({ outcome: o }) => o.version));
  return others.flatMap(({ other, takes }) =>
    other.outcomes.flatMap((event) =>
      toldOutcomes({ ...other, outcomes: [event] }, versionOf, () => false)
        .outcomes.filter((o) => isBetween(o.version) && !known.has(o.version) && takes(event, o))
        .map((outcome): Prefilled => ({
          outcome,
          state:
            outcome.verdict === 'skip'
              ? 'skip'
              : (outcome.verdict === 'bad') === (direction === 'introduced')
                ? 'bad'
                : 'good',
          release: event.payload.version,
          basis: 'tested',
          evidence: [event.id],
        })),
    ),
  );
}

/** Tells which outcomes of another search this one takes over; null: none. */
function takenFrom(
  other: Session,
  { id, start }: Session,
): ((event: SessionOutcome, outcome: Outcome) => boolean) | null {
  const { follows, prefill, regressions, rates } = start.payload;
  if (other.id === id || other.start.payload.second !== undefined) return null;
  if (other.id === follows) {
    const keys = new Set(regressions.map((r) => r.key));
    return (_event, o) => o.verdict === 'skip' || keys.has(o.regression);
  }
  if (!prefill || (rates.kind === 'exact' && other.start.payload.rates.kind !== 'exact')) return null;
  const shared = new Map(
    regressions
      .filter((r) => other.start.payload.regressions.some((o) => isSame(o, r)))
      .map((r) => [r.key, r] as const),
  );
  if (shared.size === 0) return null;
  return ({ payload }, o) => {
    const about = o.verdict === 'skip' ? undefined : shared.get(o.regression);
    if (about === undefined || !isPlain(payload)) return false;
    // At a release the verdict on the consumer answers, which weighs it against all else that the log holds.
    return payload.release === undefined || about.consumer === undefined;
  };
}

/** Whether two searches look for the same thing. What has no name may be anything. */
function isSame(a: Searched, b: Searched): boolean {
  if (a.consumer === undefined && a.test === undefined) return false;
  return (['key', 'consumer', 'variant', 'test', 'arch'] as const).every((field) => a[field] === b[field]);
}
