import { invertedRates, type RateModel } from '../rates/flakiness.ts';
import { learnedRates } from '../rates/learned-rates.ts';
import { posteriorOf, type Posterior } from './posterior.ts';
import type { Regression } from '../range/problem.ts';
import { evidenceOf, type Search } from './search.ts';
import { twoChanges, type TwoChanges } from './two-changes.ts';
import { suspectsOf, type Suspects } from './suspects.ts';
import type { RunTally, Tally } from '../range/tally.ts';

/** What is known of one regression during a search. */
export interface OpenCase {
  readonly regression: Regression;
  /** In the terms of the search. */
  readonly rates: RateModel;
  readonly posterior: Posterior;
  /** Where the likeliest suspect may be the second of two changes. The posterior allows for that. */
  readonly two: TwoChanges | null;
  readonly suspects: Suspects;
  readonly runs: ReadonlyMap<number, RunTally>;
  /** Whether outcomes that were taken as certain refute every candidate. */
  readonly contradicted: boolean;
  /**
   * Whether two equal outcomes of a version settle its state: the outcomes contradict one another, but no version had both, so that a
   * mistake in reporting or a second change explains it. Otherwise the test is flaky, and its rates say how many runs are needed.
   */
  readonly twiceSettles: boolean;
}

/**
 * Weighs the evidence of one regression, and lists at most `listed` suspects. Outcomes that were taken as certain but refute every
 * candidate are weighed again as those of a test that may be flaky.
 */
export function openCase(search: Search, tally: Tally, regression: Regression, listed: number): OpenCase {
  const runs = tally.runs.get(regression.key)!;
  const evidence = evidenceOf(search, runs);
  const asGiven = search.problem.direction === 'fixed' ? invertedRates(regression.rates) : regression.rates;
  const noiseFree = asGiven.kind === 'exact';
  const { chains } = search.range;
  const one = posteriorOf(chains, search.priorOf(regression.key, noiseFree), asGiven, evidence);
  if (one.possible) {
    const two = allowingForTwo(search, regression, one, asGiven);
    const posterior = two?.posterior ?? one;
    const suspects = suspectsOf(search.range, posterior, noiseFree, listed);
    return {
      regression,
      rates: asGiven,
      posterior,
      two,
      suspects,
      runs,
      contradicted: false,
      twiceSettles: false,
    };
  }
  // No outcome is dropped: all of them count, with the rates of a flaky test.
  const rates = search.problem.direction === 'fixed' ? invertedRates(learnedRates()) : learnedRates();
  const doubtedOne = posteriorOf(chains, search.priorOf(regression.key, false), rates, evidence);
  const two = allowingForTwo(search, regression, doubtedOne, rates);
  const doubted = two?.posterior ?? doubtedOne;
  const suspects = suspectsOf(search.range, doubted, false, listed);
  const twiceSettles = ![...runs.values()].some(({ bad, good }) => bad > 0 && good > 0);
  return { regression, rates, posterior: doubted, two, suspects, runs, contradicted: true, twiceSettles };
}

function allowingForTwo(
  { range: { chains }, priorOf }: Search,
  { key }: Regression,
  one: Posterior,
  rates: RateModel,
): TwoChanges | null {
  return rates.kind === 'learned' ? twoChanges(chains, priorOf(key, false), one, rates.ways) : null;
}
