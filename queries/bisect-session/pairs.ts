import { crossAxes } from '../bisect/range/axes.ts';
import { graphFromChain, graphFromRecords, nodeNamed, type VersionGraph } from '../bisect/graph/graph.ts';
import { candidateRange } from '../bisect/range/range.ts';
import { QueryError } from '../model/query-error.ts';
import type { Session } from '../recorded-sessions/session.ts';
import type { PairMeaning, SessionHistory } from './session-history.ts';

/** More pairs than this take too long to weigh; a shorter range of either is the answer. */
const MOST_PAIRS = 60_000;

/** The name of the first axis: what the history of the session is of. */
export const FIRST_AXIS = 'kernel';

/**
 * Crosses the history of a session with the versions of its second thing: what is tested is a pair, what is suspected a
 * version of either. Only what lies between the ends is crossed.
 *
 * @throws QueryError when there are too many pairs; BisectError when the ends leave nothing to search.
 */
export function crossedHistory(history: SessionHistory, session: Session): SessionHistory {
  const { second, good, bad, firstParent } = session.start.payload;
  if (second === undefined) throw new Error('this session has one axis');
  const versionOf = (name: string) => history.versionOf(name) ?? name;
  const first = cutOut(history.graph, good.map(versionOf), bad.map(versionOf), firstParent);
  const pairs = first.size * second.versions.length;
  if (pairs > MOST_PAIRS)
    throw new QueryError(`${pairs} pairs are too many to search`, {
      hint: 'search over releases (--over releases), or name fewer versions with --second-versions',
    });
  const crossed = crossAxes(first, graphFromChain(second.versions));
  const meaningOf = (name: string): PairMeaning => {
    const meaning = crossed.meaningOf(name);
    return 'axis' in meaning
      ? { axis: meaning.axis === 'first' ? FIRST_AXIS : second.name, version: meaning.version, second: null }
      : { axis: null, version: meaning.first, second: meaning.second };
  };
  return {
    ...history,
    graph: crossed.graph,
    roles: crossed.roles,
    tags: new Set(),
    builds: new Map(),
    versionOf: () => null,
    suspectOf: (change) => `1: ${history.suspectOf(change)}`,
    touched: history.touched.map((version) => `1: ${version}`),
    pathHistory: null,
    subject: (name) => history.subject(meaningOf(name).version),
    meaningOf,
  };
}

/** The good ends and the candidates as a history of their own. */
function cutOut(
  graph: VersionGraph,
  good: readonly string[],
  bad: readonly string[],
  firstParent = false,
): VersionGraph {
  const goods = good.map((name) => nodeNamed(graph, name));
  const { part } = candidateRange(
    graph,
    goods,
    bad.map((name) => nodeNamed(graph, name)),
    firstParent,
  );
  const nameOf = (local: number) => graph.names.at(part.nodeOf[local]!);
  const between = Array.from({ length: part.size }, (_, local) => {
    const parents = part.parentList.subarray(part.parentStart[local], part.parentStart[local + 1]);
    return {
      name: nameOf(local),
      parents: parents.length > 0 ? Array.from(parents, nameOf) : good,
      committedAtS: graph.committedAtS[part.nodeOf[local]!]!,
    };
  });
  return graphFromRecords([...[...new Set(good)].map((name) => ({ name, parents: [] })), ...between]);
}
