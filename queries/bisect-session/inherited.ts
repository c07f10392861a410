import { markAncestors, nodeNamed } from '../bisect/graph.ts';
import type { Model } from '../model/model.ts';
import type { Prefilled } from './prefill.ts';
import { sessionsOf, type Session } from './session.ts';
import type { SessionHistory } from './session-history.ts';
import { toldOutcomes } from './told-outcomes.ts';

/**
 * Finds what the search that this one follows has found out of the versions in between the ends of this one: what was
 * built and run once for a regression need not be again, and what could not be built there cannot be here. git's own
 * search knows of no other.
 *
 * @param ends the good and the bad ends, as versions of the history.
 * @param answered what the log answers already, in which the other search may have a part.
 */
export function inherited(
  model: Model,
  session: Session,
  ends: Pick<Session['ends'], 'good' | 'bad'>,
  history: SessionHistory,
  versionOf: (name: string) => string,
  answered: readonly Prefilled[],
): readonly Prefilled[] {
  const { follows, chooser, second, regressions, direction } = session.start.payload;
  const before = sessionsOf(model).find((s) => s.id === follows);
  if (before === undefined || chooser === 'git' || second !== undefined) return [];
  if (before.start.payload.second !== undefined) return [];
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
  const keys = new Set(regressions.map((r) => r.key));
  const known = new Set(answered.map(({ outcome: o }) => o.version));
  return before.outcomes.flatMap((event) =>
    toldOutcomes({ ...before, outcomes: [event] }, versionOf, false)
      .outcomes.filter((o) => isBetween(o.version) && !known.has(o.version))
      .filter((o) => o.verdict === 'skip' || keys.has(o.regression))
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
  );
}
