import { betaQuantile } from './beta-distribution.ts';

/**
 * How far a test can be trusted: false fail alpha (a good version fails), false pass beta (a bad version passes).
 */
export type RateModel =
  /** Every outcome is true. What contradicts that is treated as `learned` with the floors. */
  | { readonly kind: 'exact' }
  | { readonly kind: 'known'; readonly falseFail: number; readonly falsePass: number }
  | { readonly kind: 'learned'; readonly falseFail: BetaPrior; readonly falsePass: BetaPrior };

/** A Beta distribution by its two pseudo-counts: of wrong and of right outcomes. */
export interface BetaPrior {
  readonly wrong: number;
  readonly right: number;
}

/** What is assumed of a test about which nothing is known. */
const FALSE_FAIL_FLOOR = 0.002;
const FALSE_PASS_FLOOR = 0.02;
/**
 * How many runs the floors weigh. Nobody bisects with a test that fails half the time where nothing is wrong, so
 * alpha is held much tighter: were both loose, "always flaky" would explain any outcomes as well as a culprit does.
 */
const FALSE_FAIL_FLOOR_RUNS = 10;
const FALSE_PASS_FLOOR_RUNS = 1;
/** History counts for no more than this many runs: it may be of another machine, another load, another time. */
const HISTORY_RUNS_CAP = 10;

/** Runs of a test at versions whose state is known from elsewhere. */
export interface RunHistory {
  readonly failuresAtGood: number;
  readonly runsAtGood: number;
  readonly passesAtBad: number;
  readonly runsAtBad: number;
}

const NO_HISTORY: RunHistory = { failuresAtGood: 0, runsAtGood: 0, passesAtBad: 0, runsAtBad: 0 };

/** Makes the rates of a test from what is known of its past runs, or from nothing. */
export function learnedRates(history: RunHistory = NO_HISTORY): RateModel & { readonly kind: 'learned' } {
  return {
    kind: 'learned',
    falseFail: cappedPrior(
      history.failuresAtGood,
      history.runsAtGood,
      FALSE_FAIL_FLOOR,
      FALSE_FAIL_FLOOR_RUNS,
    ),
    falsePass: cappedPrior(history.passesAtBad, history.runsAtBad, FALSE_PASS_FLOOR, FALSE_PASS_FLOOR_RUNS),
  };
}

/** History replaces the weight of the floor, run by run, and then adds to it up to the cap. */
function cappedPrior(wrong: number, runs: number, floor: number, floorRuns: number): BetaPrior {
  const scale = runs > HISTORY_RUNS_CAP ? HISTORY_RUNS_CAP / runs : 1;
  const rest = Math.max(1, floorRuns - runs * scale);
  return { wrong: wrong * scale + floor * rest, right: (runs - wrong) * scale + (1 - floor) * rest };
}

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
    case 'learned':
      return { kind: 'learned', falseFail: rates.falsePass, falsePass: rates.falseFail };
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
      return (
        logBetaBinomial(rates.falseFail, counts.badAtGood, counts.goodAtGood) +
        logBetaBinomial(rates.falsePass, counts.goodAtBad, counts.badAtBad)
      );
  }
}

function timesLog(count: number, probability: number): number {
  return count === 0 ? 0 : count * Math.log(probability);
}

/** Probability of one order of outcomes when the rate is drawn once from its Beta distribution. */
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
      const fail = updated(rates.falseFail, counts.badAtGood, counts.goodAtGood);
      const pass = updated(rates.falsePass, counts.goodAtBad, counts.badAtBad);
      return {
        falseFail: fail.wrong / (fail.wrong + fail.right),
        falsePass: pass.wrong / (pass.wrong + pass.right),
      };
    }
  }
}

/** Gives rates that the true ones exceed with probability 10% only, after counts. */
export function cautiousRates(rates: RateModel, counts: RunCounts): ErrorRates {
  if (rates.kind !== 'learned') return meanRates(rates, counts);
  const fail = updated(rates.falseFail, counts.badAtGood, counts.goodAtGood);
  const pass = updated(rates.falsePass, counts.goodAtBad, counts.badAtBad);
  return {
    falseFail: betaQuantile(0.9, fail.wrong, fail.right),
    falsePass: betaQuantile(0.9, pass.wrong, pass.right),
  };
}

function updated(prior: BetaPrior, wrong: number, right: number): BetaPrior {
  return { wrong: prior.wrong + wrong, right: prior.right + right };
}
