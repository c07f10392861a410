import { descendantMasks } from '../graph/descendant-masks.ts';
import {
  logLikelihood,
  logLikelihoodOfTwoChanges,
  type BetaPrior,
  type WayToBeFlaky,
} from '../rates/flakiness.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import type { Search } from '../beliefs/search.ts';

/** The share of searches with a second change after the culprit that makes the test fail more often. */
const SECOND_CHANGES = 0.05;
/** The odds from which the user is told. */
const WORTH_TELLING = 0.1;
/** The prior of how often a bad version passes before the second change: half of the time, with little certainty. */
const BEFORE: BetaPrior = { wrong: 5, right: 5 };

/** The doubt that a suspect is the second of two changes. */
export interface SecondChangeDoubt {
  /** The odds of all earlier culprits together against the suspect. */
  readonly odds: number;
  /** Bad nodes before the suspect, oldest first; empty where the doubt is too small to tell the user. */
  readonly seenBefore: readonly number[];
}

/**
 * Computes how likely it is that a suspect is not the first bad version, but a second change after it: since an earlier culprit the test
 * fails sometimes, and since this one nearly always. Failures before the suspect are then no flakes. The search itself assumes constant
 * rates over the whole range, so that it cannot notice this. The second change may be any descendant of the first.
 *
 * @param ways what is believed of the test's rates, in the terms of the search.
 */
export function doubtOfSecondChange(
  search: Search,
  { posterior, regression, runs }: OpenCase,
  ways: readonly WayToBeFlaky[],
  suspect: number,
): SecondChangeDoubt {
  const { chains, part } = search.range;
  const prior = search.priorOf(regression.key, false).candidates;
  const inSuspect = descendantMasks(chains, [[suspect]]);
  const behind = posterior.countsOf(suspect);
  const asOne = logLikelihood({ kind: 'learned', ways }, behind);
  const likelihoods = new Map<string, number>();
  let sum = 0;
  inSuspect.forEach((mask, c) => {
    if (mask === 0 || c === suspect || prior[c] === 0) return;
    const counts = posterior.countsOf(c);
    const between = {
      badAtBad: counts.badAtBad - behind.badAtBad,
      goodAtBad: counts.goodAtBad - behind.goodAtBad,
    };
    const key = `${between.badAtBad} ${between.goodAtBad}`;
    let likelihood = likelihoods.get(key);
    if (likelihood === undefined) {
      const log = logLikelihoodOfTwoChanges(ways, counts, { prior: BEFORE, ...between });
      likelihoods.set(key, (likelihood = Math.exp(log - asOne)));
    }
    sum += prior[c]! * likelihood;
  });
  // Ordered pairs are half of all pairs that can be drawn, hence the factor 2.
  const odds = (2 * SECOND_CHANGES * sum) / (1 - SECOND_CHANGES);
  const isBefore = (node: number): boolean => {
    const local = part.localOf[node]!;
    return local >= 0 && local !== suspect && inSuspect[local] !== 0;
  };
  const seenBefore =
    odds < WORTH_TELLING
      ? []
      : [...runs].flatMap(([node, { bad }]) => (bad > 0 && isBefore(node) ? [node] : []));
  const { committedAtS } = search.range.graph;
  return { odds, seenBefore: seenBefore.sort((a, b) => committedAtS[a]! - committedAtS[b]! || a - b) };
}
