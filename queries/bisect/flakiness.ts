import { betaMixtureQuantile } from './beta-distribution.ts';

/**
 * How far a test can be trusted: false fail alpha (a good version fails), false pass beta (a bad version passes).
 */
export type RateModel =
  /** Every outcome is true. What contradicts that is treated as `learned` with the floors. */
  | { readonly kind: 'exact' }
  | { readonly kind: 'known'; readonly falseFail: number; readonly falsePass: number }
  | { readonly kind: 'learned'; readonly falseFail: RatePrior; readonly falsePass: RatePrior };

/** What is believed of a rate: a mixture of Beta distributions, each with pseudo-counts of wrong and right outcomes. */
export type RatePrior = readonly BetaComponent[];

export interface BetaComponent {
  readonly weight: number;
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
/**
 * The chance that history (or the lack of it) says nothing of this search, and what holds then. Without that, a
 * test that history calls reliable would have to pass wrongly many times before anybody doubts it, and the search
 * would end at a wrong culprit first.
 */
const FALSE_FAIL_SURPRISE: BetaComponent = { weight: 0.05, wrong: 2, right: 18 };
/**
 * The usual flaky test; a wider guess would cost every search runs to find out what most flaky tests are like. Rates
 * are learned where somebody says that the test is flaky, or its outcomes did: without a history that is likelier
 * than not.
 */
const FALSE_PASS_SURPRISE: BetaComponent = { weight: 0.7, wrong: 3, right: 7 };
const FALSE_PASS_SURPRISE_WITH_HISTORY: BetaComponent = { ...FALSE_PASS_SURPRISE, weight: 0.45 };
/** A history of good versions that pass is easier to believe than one of bad versions that fail. */
const FALSE_FAIL_SURPRISE_WITH_HISTORY: BetaComponent = {
  ...FALSE_FAIL_SURPRISE,
  weight: 0.01,
};

/**
 * What a test that looks reliable is suspected of before it confirms a culprit: a little more than the rate of a
 * usual flaky test, so that five passes are asked for. Four let one false pass in a hundred of them through, and a
 * search meets several.
 */
const SUSPECTED_FLAKINESS = 0.36;

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
  const { failuresAtGood, runsAtGood, passesAtBad, runsAtBad } = history;
  return {
    kind: 'learned',
    falseFail: ratePrior(
      failuresAtGood,
      runsAtGood,
      FALSE_FAIL_FLOOR,
      FALSE_FAIL_FLOOR_RUNS,
      runsAtGood >= HISTORY_RUNS_CAP ? FALSE_FAIL_SURPRISE_WITH_HISTORY : FALSE_FAIL_SURPRISE,
    ),
    falsePass: ratePrior(
      passesAtBad,
      runsAtBad,
      FALSE_PASS_FLOOR,
      FALSE_PASS_FLOOR_RUNS,
      runsAtBad >= HISTORY_RUNS_CAP ? FALSE_PASS_SURPRISE_WITH_HISTORY : FALSE_PASS_SURPRISE,
    ),
  };
}

/** History replaces the weight of the floor, run by run, and then adds to it up to the cap. */
function ratePrior(
  wrong: number,
  runs: number,
  floor: number,
  floorRuns: number,
  surprise: BetaComponent,
): RatePrior {
  const scale = runs > HISTORY_RUNS_CAP ? HISTORY_RUNS_CAP / runs : 1;
  const rest = Math.max(1, floorRuns - runs * scale);
  const known = { wrong: wrong * scale + floor * rest, right: (runs - wrong) * scale + (1 - floor) * rest };
  return [{ weight: 1 - surprise.weight, ...known }, surprise];
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

/** ln of the probability of one order of outcomes when the rate is drawn once from its prior. */
function logBetaBinomial(prior: RatePrior, wrong: number, right: number): number {
  const logs = prior.map((component) => logWeight(component, wrong, right));
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}

/** ln of a component's weight times its probability of the counts. */
function logWeight(component: BetaComponent, wrong: number, right: number): number {
  return (
    Math.log(component.weight) +
    logRising(component.wrong, wrong) +
    logRising(component.right, right) -
    logRising(component.wrong + component.right, wrong + right)
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
    case 'learned':
      return {
        falseFail: meanOf(updated(rates.falseFail, counts.badAtGood, counts.goodAtGood)),
        falsePass: meanOf(updated(rates.falsePass, counts.goodAtBad, counts.badAtBad)),
      };
  }
}

/**
 * Gives rates that the true ones are unlikely to exceed, after counts: the 90th percentile. A test that looks
 * reliable is suspected further, up to that of a usual flaky one: a culprit confirmed by too few passes of a
 * test that is flakier than its history is the most frequent way to be wrong.
 */
export function cautiousRates(rates: RateModel, counts: RunCounts): ErrorRates {
  if (rates.kind !== 'learned') return meanRates(rates, counts);
  const fail = updated(rates.falseFail, counts.badAtGood, counts.goodAtGood);
  const pass = updated(rates.falsePass, counts.goodAtBad, counts.badAtBad);
  const falsePass = betaMixtureQuantile(0.9, pass);
  return {
    falseFail: betaMixtureQuantile(0.9, fail),
    falsePass:
      falsePass >= SUSPECTED_FLAKINESS
        ? falsePass
        : Math.max(falsePass, Math.min(betaMixtureQuantile(0.97, pass), SUSPECTED_FLAKINESS)),
  };
}

/** Adds counts to a prior. Weights are relative to the largest, for many counts make all of them tiny. */
function updated(prior: RatePrior, wrong: number, right: number): RatePrior {
  const logs = prior.map((component) => logWeight(component, wrong, right));
  const most = Math.max(...logs);
  return prior.map((component, index) => ({
    weight: Math.exp(logs[index]! - most),
    wrong: component.wrong + wrong,
    right: component.right + right,
  }));
}

function meanOf(components: RatePrior): number {
  let weight = 0;
  let sum = 0;
  for (const each of components) {
    weight += each.weight;
    sum += (each.weight * each.wrong) / (each.wrong + each.right);
  }
  return sum / weight;
}
