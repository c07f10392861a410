import { descendantMasks } from '../graph/descendant-masks.ts';
import type { Chains } from '../graph/chains.ts';
import {
  logLikelihood,
  logLikelihoodOfTwoChanges,
  meanRates,
  type BetaPrior,
  type ErrorRates,
  type RunCounts,
  type WayToBeFlaky,
} from '../rates/flakiness.ts';
import { isSure } from '../rates/learned-rates.ts';
import { averageRates, type Posterior, type Prior } from './posterior.ts';

/** The share of searches with a second change after the culprit that makes the test fail more often. */
const SECOND_CHANGES = 0.05;
/** How often a bad version passes before the second change: half of the time, with little certainty. */
const BEFORE: BetaPrior = { wrong: 5, right: 5 };
/** A test that fails more often than this where nothing is wrong explains by that alone what failed before the suspect. */
const TRUSTED = 0.02;
/** Only one suspect can be likelier than this. */
const FAVOURED = 0.5;

/** What is believed where the likeliest suspect may be the second of two changes. */
export interface TwoChanges {
  /** The suspect since which the test would nearly always fail, as a node of the range. */
  readonly second: number;
  /** The odds of all earlier culprits with this second change, against this one as the only change. */
  readonly odds: number;
  /** Whether the second change contains a candidate, and is not it. */
  readonly isBefore: (candidate: number) => boolean;
  /** What is believed when both one change and two are allowed for. */
  readonly posterior: Posterior;
  /** What is believed if there is one: versions with the second change look the same either way. */
  readonly one: Posterior;
}

/** How two changes may be looked for. */
interface Looking {
  /** The second change; the likeliest suspect where nobody says. */
  readonly second?: number;
  /** The share of searches that have one. */
  readonly share?: number;
}

/**
 * Weighs that the likeliest suspect is not the first bad version, but a second change after it: since an earlier culprit the test fails
 * sometimes, and since this one nearly always. Failures before it are then no flakes. One rate over the whole range explains both by a
 * test that fails on good versions, and is sure of the wrong one. The second change may be any descendant of the first.
 *
 * @param one what is believed if there is one change.
 * @param ways what is believed of the test's rates, in the terms of the search.
 * @returns null where nothing failed before the suspect, no suspect is likelier than all others, or false passes are known.
 */
export function twoChanges(
  chains: Chains,
  prior: Prior,
  one: Posterior,
  ways: readonly WayToBeFlaky[],
  { second = one.candidates.findIndex((mass) => mass > FAVOURED), share = SECOND_CHANGES }: Looking = {},
): TwoChanges | null {
  if (second < 0 || one.candidates[second] === 0 || ways.some(({ falsePass }) => isSure(falsePass)))
    return null;
  const trusted = ways.filter(({ falseFail: { wrong, right } }) => wrong / (wrong + right) <= TRUSTED);
  if (trusted.length === 0 || one.countsOf(second).badAtGood === 0) return null;
  const inSecond = descendantMasks(chains, [[second]]);
  const isBefore = (c: number): boolean => inSecond[c] !== 0 && c !== second;
  const explain = explanations(one, second, ways, trusted);
  // Ordered pairs are half of all pairs that can be drawn, hence the factor 2.
  const scale = (one.candidates[second]! * 2 * share) / (1 - share);
  const earlier = [...one.candidates.keys()].filter((c) => isBefore(c) && prior.candidates[c]! > 0);
  // After thousands of runs two changes may explain more than the largest number can say: then one of them counts for less.
  const peak = earlier.reduce((most, c) => Math.max(most, explain(c).logRatio), 0);
  const weightOfOne = Math.exp(-peak);
  const masses = new Float64Array(one.candidates.length);
  let sum = 0;
  for (const c of earlier)
    sum += masses[c] = scale * prior.candidates[c]! * Math.exp(explain(c).logRatio - peak);
  const odds = sum / (one.candidates[second]! * weightOfOne);
  const posterior = withTwo(one, second, { weightOfOne, masses }, explain, isBefore);
  return { second, odds, isBefore, one, posterior };
}

/** How an earlier culprit explains the outcomes together with the second change. */
interface Explanation {
  /** The logarithm of its likelihood, less that of the second change alone. */
  readonly logRatio: number;
  /** At versions that have the first change and not the second. */
  readonly rates: ErrorRates;
}

function explanations(
  one: Posterior,
  second: number,
  ways: readonly WayToBeFlaky[],
  trusted: readonly WayToBeFlaky[],
): (candidate: number) => Explanation {
  const behind = one.countsOf(second);
  const { badAtBad, goodAtBad } = behind;
  const alone = logLikelihood({ kind: 'learned', ways }, behind);
  const known = new Map<number, Explanation>();
  return (candidate) => {
    const code = one.codes[candidate]!;
    let found = known.get(code);
    if (found === undefined) {
      const counts = one.countsOf(candidate);
      const before = withoutBehind(counts, behind);
      const log = logLikelihoodOfTwoChanges(trusted, counts, { prior: BEFORE, ...before });
      const { falseFail } = meanRates({ kind: 'learned', ways: trusted }, { ...counts, badAtBad, goodAtBad });
      const wrong = BEFORE.wrong + before.goodAtBad;
      const falsePass = wrong / (wrong + BEFORE.right + before.badAtBad);
      found = { logRatio: log - alone, rates: { falseFail, falsePass } };
      known.set(code, found);
    }
    return found;
  };
}

/** Adds the masses of earlier culprits with a second change to what is believed if there is one. */
function withTwo(
  one: Posterior,
  second: number,
  { weightOfOne, masses }: { readonly weightOfOne: number; readonly masses: Float64Array },
  explain: (candidate: number) => Explanation,
  isBefore: (candidate: number) => boolean,
): Posterior {
  const sum = masses.reduce((total, mass) => total + mass, 0);
  const total = weightOfOne + sum;
  const massOfOne = (mass: number) => (mass * weightOfOne) / total;
  const massOf = new Map<Explanation, number>();
  masses.forEach((mass, c) => {
    if (mass > 0) massOf.set(explain(c), (massOf.get(explain(c)) ?? 0) + mass / total);
  });
  const rateGroups = [
    ...one.rateGroups.map(({ mass, rates }) => ({ mass: massOfOne(mass), rates })),
    ...[...massOf].map(([{ rates }, mass]) => ({ mass, rates })),
  ];
  const behind = one.countsOf(second);
  const areLikelier = sum > one.candidates[second]! * weightOfOne;
  return {
    ...one,
    candidates: one.candidates.map((mass, c) => massOfOne(mass) + masses[c]! / total),
    always: massOfOne(one.always),
    never: massOfOne(one.never),
    rates: averageRates(rateGroups),
    rateGroups,
    ratesOf: (c) => {
      if (masses[c] === 0) return one.ratesOf(c);
      return averageRates([
        { mass: one.candidates[c]! * weightOfOne, rates: one.ratesOf(c) },
        { mass: masses[c]!, rates: explain(c).rates },
      ]);
    },
    // Runs behind a likely second change say nothing of how often the test fails before it.
    countsOf: (c) => {
      const counts = one.countsOf(c);
      return areLikelier && isBefore(c) ? { ...counts, ...withoutBehind(counts, behind) } : counts;
    },
  };
}

function withoutBehind(counts: RunCounts, behind: RunCounts): Pick<RunCounts, 'badAtBad' | 'goodAtBad'> {
  return {
    badAtBad: counts.badAtBad - behind.badAtBad,
    goodAtBad: counts.goodAtBad - behind.goodAtBad,
  };
}
