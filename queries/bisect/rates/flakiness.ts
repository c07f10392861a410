import { betaMixtureQuantile } from './beta-distribution.ts';

/**
 * How far a test can be trusted: false fail alpha (a good version fails), false pass beta (a bad version passes).
 */
export type RateModel =
  /** Every outcome is true. What contradicts that is treated as `learned` with the floors. */
  | { readonly kind: 'exact' }
  | { readonly kind: 'known'; readonly falseFail: number; readonly falsePass: number }
  | { readonly kind: 'learned'; readonly ways: readonly WayToBeFlaky[] };

/**
 * One way in which a test may be flaky, and what is believed of both rates if it is that one. Rates are believed
 * together: a test that somebody calls flaky and that never passes wrongly must fail wrongly.
 */
export interface WayToBeFlaky {
  readonly weight: number;
  readonly falseFail: BetaPrior;
  readonly falsePass: BetaPrior;
}

/** A Beta distribution, as pseudo-counts of wrong and right outcomes. */
export interface BetaPrior {
  readonly wrong: number;
  readonly right: number;
}

/**
 * What a test that looks reliable is suspected of before it confirms a culprit: a little more than the rate of a
 * usual flaky test, so that five passes are asked for. Four let one false pass in a hundred of them through, and a
 * search meets several.
 */
const SUSPECTED_FLAKINESS = 0.36;

/**
 * Turns the rates around for the search of a fix: what is searched then shows as a pass, so that a false pass is
 * what a false fail was.
 */
export function invertedRates(rates: RateModel): RateModel {
  switch (rates.kind) {
    case 'exact':
      return rates;
    case 'known':
      return { kind: 'known', falseFail: rates.falsePass, falsePass: rates.falseFail };
    case 'learned': {
      const ways = rates.ways.map(({ weight, falseFail, falsePass }) => ({
        weight,
        falseFail: falsePass,
        falsePass: falseFail,
      }));
      return { kind: 'learned', ways };
    }
  }
}

/** How often the searched state was and was not seen, at versions that a hypothesis predicts good or bad. */
export interface RunCounts {
  readonly badAtGood: number;
  readonly goodAtGood: number;
  readonly badAtBad: number;
  readonly goodAtBad: number;
}

/** Gives the natural logarithm of the likelihood of counts under a hypothesis; -Infinity where it is refuted. */
export function logLikelihood(rates: RateModel, counts: RunCounts): number {
  switch (rates.kind) {
    case 'exact':
      return counts.badAtGood === 0 && counts.goodAtBad === 0 ? 0 : -Infinity;
    case 'known':
      return (
        timesLog(counts.badAtGood, rates.falseFail) +
        timesLog(counts.goodAtGood, 1 - rates.falseFail) +
        timesLog(counts.goodAtBad, rates.falsePass) +
        timesLog(counts.badAtBad, 1 - rates.falsePass)
      );
    case 'learned':
      return logSum(rates.ways.map((way) => logWeight(way, counts)));
  }
}

/**
 * The same of a learned test that a second change behind the culprit made fail at another rate.
 *
 * @param counts as the culprit predicts them.
 * @param before those of them at bad versions without the second change, and what is believed of false passes there.
 */
export function logLikelihoodOfTwoChanges(
  ways: readonly WayToBeFlaky[],
  counts: RunCounts,
  before: Pick<RunCounts, 'badAtBad' | 'goodAtBad'> & { readonly prior: BetaPrior },
): number {
  const behind = {
    ...counts,
    badAtBad: counts.badAtBad - before.badAtBad,
    goodAtBad: counts.goodAtBad - before.goodAtBad,
  };
  return (
    logBetaBinomial(before.prior, before.goodAtBad, before.badAtBad) +
    logSum(ways.map((way) => logWeight(way, behind)))
  );
}

function timesLog(count: number, probability: number): number {
  return count === 0 ? 0 : count * Math.log(probability);
}

/** ln of the sum of what is given as logarithms. */
function logSum(logs: readonly number[]): number {
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}

/** ln of a way's weight times the probability of the counts, in one order, when its rates are drawn once. */
function logWeight({ weight, falseFail, falsePass }: WayToBeFlaky, counts: RunCounts): number {
  return (
    Math.log(weight) +
    logBetaBinomial(falseFail, counts.badAtGood, counts.goodAtGood) +
    logBetaBinomial(falsePass, counts.goodAtBad, counts.badAtBad)
  );
}

function logBetaBinomial(prior: BetaPrior, wrong: number, right: number): number {
  return (
    logRising(prior.wrong, wrong) +
    logRising(prior.right, right) -
    logRising(prior.wrong + prior.right, wrong + right)
  );
}

/** ln(a (a + 1) ... (a + count - 1)). */
function logRising(a: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.log(a + i);
  return sum;
}

/** The two error rates as numbers. */
export interface ErrorRates {
  readonly falseFail: number;
  readonly falsePass: number;
}

/** Gives the expected rates after counts. */
export function meanRates(rates: RateModel, counts: RunCounts): ErrorRates {
  switch (rates.kind) {
    case 'exact':
      return { falseFail: 0, falsePass: 0 };
    case 'known':
      return { falseFail: rates.falseFail, falsePass: rates.falsePass };
    case 'learned': {
      const ways = updated(rates.ways, counts);
      return { falseFail: meanOf(ways, 'falseFail'), falsePass: meanOf(ways, 'falsePass') };
    }
  }
}

/**
 * Gives rates that the true ones are unlikely to exceed, after counts: the 90th percentile. A test that looks
 * reliable is suspected further, up to that of a usual flaky one: a culprit confirmed by too few passes of a
 * test that is flakier than its history is the most frequent way to be wrong.
 */
export function cautiousRates(rates: RateModel, counts: RunCounts): ErrorRates {
  if (rates.kind !== 'learned') return meanRates(rates, counts);
  const ways = updated(rates.ways, counts);
  const quantile = (p: number, rate: RateName): number =>
    betaMixtureQuantile(
      p,
      ways.map((way) => ({ weight: way.weight, ...way[rate] })),
    );
  const falsePass = quantile(0.9, 'falsePass');
  return {
    falseFail: quantile(0.9, 'falseFail'),
    falsePass:
      falsePass >= SUSPECTED_FLAKINESS
        ? falsePass
        : Math.max(falsePass, Math.min(quantile(0.97, 'falsePass'), SUSPECTED_FLAKINESS)),
  };
}

/** Adds counts to what is believed. Weights are relative to the largest, for many counts make all of them tiny. */
function updated(ways: readonly WayToBeFlaky[], counts: RunCounts): WayToBeFlaky[] {
  const logs = ways.map((way) => logWeight(way, counts));
  const most = Math.max(...logs);
  return ways.map(({ falseFail, falsePass }, index) => ({
    weight: Math.exp(logs[index]! - most),
    falseFail: withCounts(falseFail, counts.badAtGood, counts.goodAtGood),
    falsePass: withCounts(falsePass, counts.goodAtBad, counts.badAtBad),
  }));
}

function withCounts(prior: BetaPrior, wrong: number, right: number): BetaPrior {
  return { wrong: prior.wrong + wrong, right: prior.right + right };
}

type RateName = keyof ErrorRates;

function meanOf(ways: readonly WayToBeFlaky[], rate: RateName): number {
  let weight = 0;
  let sum = 0;
  for (const way of ways) {
    const { wrong, right } = way[rate];
    weight += way.weight;
    sum += (way.weight * wrong) / (wrong + right);
  }
  return sum / weight;
}
