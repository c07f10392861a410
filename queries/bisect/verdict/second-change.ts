import { descendantMasks } from '../graph/descendant-masks.ts';
import {
  logLikelihood,
  logLikelihoodOfTwoChanges,
  type BetaPrior,
  type WayToBeFlaky,
} from '../rates/flakiness.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import type { Search } from '../beliefs/search.ts';

/** How many of the searches have a second change behind the culprit with which the test fails more often than before. */
const SECOND_CHANGES = 0.05;
/** From these odds on a person is told. */
const WORTH_TELLING = 0.1;
/** How often a bad version passes before the second change: nobody knows, every other time perhaps. */
const BEFORE: BetaPrior = { wrong: 5, right: 5 };

/** The doubt that a suspect is the second of two changes. */
export interface SecondChangeDoubt {
  /** How many times as likely as the suspect all earlier culprits together are. */
  readonly odds: number;
  /** Nodes before the suspect that showed what is searched, oldest first; none where the doubt is too small to be told. */
  readonly seenBefore: readonly number[];
}

/**
 * Weighs whether a suspect is not the first bad version but the second change behind it: from an earlier culprit on
 * the test fails now and then, and from this one on nearly always. What failed before the suspect is then no flake. The search itself
 * takes both rates for the same over the whole range, so that nothing else would tell of it. Both changes may be anywhere, the second
 * above the first.
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
  // Of two versions in a row either may be the first: the pairs are half as many as there are ways to draw two.
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
