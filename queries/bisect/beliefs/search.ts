import { memoized, remembered } from '../../../store/memo.ts';
import { nodeNamed } from '../graph/graph.ts';
import type { Evidence, Prior } from './posterior.ts';
import { priorOf } from './priors.ts';
import type { Problem } from '../range/problem.ts';
import { broughtInBy, candidateRange, entriesInto, type CandidateRange } from '../range/range.ts';
import type { RunTally } from '../range/tally.ts';

/** What follows from a problem alone, and stays the same from step to step. */
export interface Search {
  readonly problem: Problem;
  readonly range: CandidateRange;
  readonly tagged: Uint8Array;
  readonly entriesOf: (node: number) => readonly number[];
  /** The node that is bad because this one is, as the search sees it (see `broughtInBy`). */
  readonly badWith: (node: number) => number;
  readonly priorOf: (regression: string, noiseFree: boolean) => Prior;
  /** How many candidates can be the culprit of a regression at all, before any test. */
  readonly suspectsAtStart: (regression: string) => number;
}

const searches = new WeakMap<Problem, Search>();

/**
 * Prepares a search: the range and its chains. Remembered by the identity of the problem, since every step needs it.
 *
 * @throws BisectError for ends that are not in the history or leave no candidates.
 */
export function searchOf(problem: Problem): Search {
  return remembered(searches, problem, () => prepare(problem));
}

function prepare(problem: Problem): Search {
  const { graph } = problem;
  const range = candidateRange(
    graph,
    problem.good.map((name) => nodeNamed(graph, name)),
    problem.bad.map((name) => nodeNamed(graph, name)),
    problem.firstParent,
  );
  const tagged = new Uint8Array(range.part.size);
  for (const tag of problem.tags ?? []) {
    const node = graph.names.indexOf(tag);
    if (node >= 0 && range.part.localOf[node]! >= 0) tagged[range.part.localOf[node]!] = 1;
  }
  const priors = memoized((key: string) => {
    const [noiseFree, regression] = key.split('\n', 2);
    return priorOf(problem, range, regression!, noiseFree === 'true');
  });
  return {
    problem,
    range,
    tagged,
    entriesOf: memoized((node: number) => entriesInto(range, node)),
    badWith: memoized((node: number) => broughtInBy(range, node)),
    priorOf: (regression, noiseFree) => priors(`${noiseFree}\n${regression}`),
    suspectsAtStart: memoized((regression: string) => {
      const isExact = problem.regressions.some((r) => r.key === regression && r.rates.kind === 'exact');
      return priors(`${isExact}\n${regression}`).candidates.reduce((count, p) => count + (p > 0 ? 1 : 0), 0);
    }),
  };
}

/** Turns what was seen into evidence; that the ends are as stated counts as one run each. */
export function evidenceOf(search: Search, runs: ReadonlyMap<number, RunTally>): Evidence[] {
  const { goods, bads } = search.range;
  const onlyBad = bads.length === 1 ? bads[0] : undefined;
  const of = (node: number, tally: RunTally): Evidence => ({
    entries: search.entriesOf(node),
    containsAll: node === onlyBad,
    ...tally,
  });
  return [
    ...goods.map((node) => of(node, { bad: 0, good: 1 })),
    ...bads.map((node) => of(node, { bad: 1, good: 0 })),
    ...[...runs].flatMap(([node, tally]) => {
      const badWith = search.badWith(node);
      if (badWith === node || tally.bad === 0) return [of(node, tally)];
      return [of(badWith, { bad: tally.bad, good: 0 }), of(node, { bad: 0, good: tally.good })];
    }),
  ];
}
