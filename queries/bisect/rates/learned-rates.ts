import { betaLogDensity } from './beta-distribution.ts';
import type { BetaPrior, ErrorRates, RateModel, WayToBeFlaky } from './flakiness.ts';

/** Runs of a test at versions whose state is known from elsewhere. */
export interface RunHistory {
  readonly failuresAtGood: number;
  readonly runsAtGood: number;
  readonly passesAtBad: number;
  readonly runsAtBad: number;
}

const NO_HISTORY: RunHistory = { failuresAtGood: 0, runsAtGood: 0, passesAtBad: 0, runsAtBad: 0 };

/** A failure to rely on: where nothing is wrong, about one run in five hundred fails. */
const TRUSTED_FAILURE: BetaPrior = { wrong: 0.02, right: 9.98 };
/** One run in ten. */
const FAILS_WRONGLY: BetaPrior = { wrong: 3, right: 27 };
/** One run in four. */
const OFTEN_FAILS_WRONGLY: BetaPrior = { wrong: 5, right: 15 };
/** A pass to rely on. */
const TRUSTED_PASS: BetaPrior = { wrong: 0.1, right: 6.9 };
/** One run in three: a race that a broken version wins now and then. */
const PASSES_WRONGLY: BetaPrior = { wrong: 4, right: 8 };

/**
 * What a test is like that somebody calls flaky, or that showed it, while nothing else is known. Most pass wrongly. Those
 * that fail where nothing is wrong are rare, for nobody likes to bisect with them, yet they have a sixth of the weight:
 * a false failure hides the culprit until it is doubted, and with less weight the searches of such tests are wrong much
 * more often than they say (docs/performance.md has the figures, and what the doubt costs the others).
 */
const UNKNOWN: readonly WayToBeFlaky[] = [
  { weight: 0.78, falseFail: TRUSTED_FAILURE, falsePass: PASSES_WRONGLY },
  { weight: 0.06, falseFail: TRUSTED_FAILURE, falsePass: TRUSTED_PASS },
  { weight: 0.05, falseFail: FAILS_WRONGLY, falsePass: PASSES_WRONGLY },
  { weight: 0.05, falseFail: FAILS_WRONGLY, falsePass: TRUSTED_PASS },
  { weight: 0.01, falseFail: OFTEN_FAILS_WRONGLY, falsePass: PASSES_WRONGLY },
  { weight: 0.05, falseFail: OFTEN_FAILS_WRONGLY, falsePass: TRUSTED_PASS },
];

/** History counts for no more than this many runs: it may be of another machine, another load, another time. */
const HISTORY_RUNS_CAP = 10;

/** How one rate is believed once there is history of it. */
interface HistoryBelief {
  /** What stands in for runs that history lacks, and how many runs it weighs. */
  readonly floor: number;
  readonly floorRuns: number;
  /**
   * What holds where history says nothing of this search, and the chance of that without any history and with enough
   * of it. Without that chance, a test that history calls reliable would have to err many times before anybody doubts
   * it, and the search would end at a wrong culprit first.
   */
  readonly surprise: BetaPrior;
  readonly surprisedAtFirst: number;
  readonly surprisedAtLast: number;
}

/** A history of good versions that pass is easier to believe than one of bad versions that fail. */
const OF_FALSE_FAILS: HistoryBelief = {
  floor: 0.002,
  floorRuns: 10,
  surprise: FAILS_WRONGLY,
  surprisedAtFirst: 0.2,
  surprisedAtLast: 0.08,
};
const OF_FALSE_PASSES: HistoryBelief = {
  floor: 0.02,
  floorRuns: 1,
  surprise: PASSES_WRONGLY,
  surprisedAtFirst: 0.8,
  surprisedAtLast: 0.75,
};

/**
 * Makes the rates of a test from what is known of its past runs, or from nothing.
 *
 * @param given a rate that somebody is sure of, as that of a crash, which never comes by chance: the other is learned
 */
export function learnedRates(
  history: RunHistory = NO_HISTORY,
  given: Partial<ErrorRates> = {},
): RateModel & { readonly kind: 'learned' } {
  const { falseFail, falsePass } = given;
  let ways = waysOf(history);
  if (falseFail !== undefined) ways = ways.map((way) => withRate(way, 'falseFail', falseFail));
  if (falsePass !== undefined) ways = ways.map((way) => withRate(way, 'falsePass', falsePass));
  return { kind: 'learned', ways };
}

function waysOf(history: RunHistory): readonly WayToBeFlaky[] {
  const { failuresAtGood, runsAtGood, passesAtBad, runsAtBad } = history;
  if (runsAtGood === 0 && runsAtBad === 0) return UNKNOWN;
  const fails =
    runsAtGood === 0 ? unknown('falseFail') : beliefsOf(OF_FALSE_FAILS, failuresAtGood, runsAtGood);
  const passes = runsAtBad === 0 ? unknown('falsePass') : beliefsOf(OF_FALSE_PASSES, passesAtBad, runsAtBad);
  return fails.flatMap((fail) =>
    passes.map((pass) => ({
      weight: fail.weight * pass.weight,
      falseFail: fail.prior,
      falsePass: pass.prior,
    })),
  );
}

/** How many runs a rate weighs that somebody is sure of: a search is over long before it would be believed otherwise. */
const RUNS_OF_SOMEBODY_SURE = 10_000;
/** Of what never happens one is less sure than of what happens now and then: nobody has tried more often. */
const HARDLY_EVER = 0.001;

/** A way that has a rate for certain: the likelier, the more it would have said so. */
function withRate(way: WayToBeFlaky, which: keyof ErrorRates, rate: number): WayToBeFlaky {
  const told = Math.min(Math.max(rate, HARDLY_EVER), 1 - HARDLY_EVER);
  const wrong = Math.max(1, rate * RUNS_OF_SOMEBODY_SURE);
  return {
    ...way,
    weight: way.weight * Math.exp(betaLogDensity(told, way[which].wrong, way[which].right)),
    [which]: { wrong, right: RUNS_OF_SOMEBODY_SURE - wrong },
  };
}

/** Whether a rate was given and not learned. */
export function isSure({ wrong, right }: BetaPrior): boolean {
  return wrong + right >= RUNS_OF_SOMEBODY_SURE;
}

/** A race that a broken version wins every other time. */
const PASSES_HALF: BetaPrior = { wrong: 5, right: 5 };
/** How much more willingly a doubt is believed than the search believes it. */
const WILLINGLY = 4;

/**
 * What somebody may believe of a test's rates who doubts them: that it fails wrongly, that it does so often, that it passes in
 * half of all cases where it is broken. An answer is only as sure as the most doubtful of them finds it: what the search believes holds
 * for tests on average, and a test of the doubted kind would be wrong more often than it says. A rate that was given is not doubted.
 */
export function doubtsOf(ways: readonly WayToBeFlaky[]): readonly (readonly WayToBeFlaky[])[] {
  const willingly = (least: number) =>
    ways.map((way) => {
      const { wrong, right } = way.falseFail;
      return wrong / (wrong + right) > least ? { ...way, weight: way.weight * WILLINGLY } : way;
    });
  const half = ways.map((way) => (isSure(way.falsePass) ? way : { ...way, falsePass: PASSES_HALF }));
  return [willingly(0.05), willingly(0.2), [...ways, ...half]];
}

/** One of the things that a single rate may be like. */
interface Belief {
  readonly weight: number;
  readonly prior: BetaPrior;
}

function unknown(rate: 'falseFail' | 'falsePass'): Belief[] {
  return UNKNOWN.map((way) => ({ weight: way.weight, prior: way[rate] }));
}

/** History replaces the weight of the floor, run by run, and then adds to it up to the cap. */
function beliefsOf(belief: HistoryBelief, wrong: number, runs: number): Belief[] {
  const scale = Math.min(1, HISTORY_RUNS_CAP / runs);
  const counted = runs * scale;
  const rest = Math.max(1, belief.floorRuns - counted);
  const known = {
    wrong: wrong * scale + belief.floor * rest,
    right: (runs - wrong) * scale + (1 - belief.floor) * rest,
  };
  const share = counted / HISTORY_RUNS_CAP;
  const surprised = belief.surprisedAtFirst + share * (belief.surprisedAtLast - belief.surprisedAtFirst);
  return [
    { weight: 1 - surprised, prior: known },
    { weight: surprised, prior: belief.surprise },
  ];
}
