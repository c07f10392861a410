import { descendantMasks } from './descendant-masks.ts';
import { logLikelihood, meanRates, type ErrorRates, type RateModel, type RunCounts } from './flakiness.ts';
import type { Chains } from './chains.ts';

/** What was seen at one version for one regression; `entries` as of `entriesInto`. */
export interface Evidence {
  readonly entries: readonly number[];
  /** Runs that showed what is searched. */
  readonly bad: number;
  readonly good: number;
}

/** The prior of one regression. The masses sum to one. */
export interface Prior {
  /** By candidate: "this is the first bad version". */
  readonly candidates: Float64Array;
  /** Already bad at the good ends. */
  readonly always: number;
  /** Never bad: only flakes were seen. */
  readonly never: number;
}

/** What is believed of one regression after all evidence. The masses sum to one. */
export interface Posterior extends Prior {
  /** Expected error rates of the test. */
  readonly rates: ErrorRates;
  /** False when the evidence refutes every hypothesis: then all masses are zero. */
  readonly possible: boolean;
  /** The rates to expect under groups of candidates: a hypothesis explains the outcomes by its own rates. */
  readonly rateGroups: readonly RateGroup[];
  /** The counts at versions that each hypothesis predicts good and bad. */
  readonly countsOf: (candidate: number) => RunCounts;
}

/** Candidates that explain the outcomes in the same way, with NEVER and without ALWAYS. */
export interface RateGroup {
  readonly mass: number;
  readonly rates: ErrorRates;
}

/**
 * Weighs every hypothesis by the evidence. Of a hypothesis only two numbers matter: how many bad and how many good
 * runs fell on versions that contain the candidate; so there are few different likelihoods, however many
 * candidates.
 */
export function posteriorOf(
  chains: Chains,
  prior: Prior,
  rates: RateModel,
  evidence: readonly Evidence[],
): Posterior {
  const bad = evidence.reduce((sum, each) => sum + each.bad, 0);
  const good = evidence.reduce((sum, each) => sum + each.good, 0);
  const codes = contradictionCodes(chains, evidence, good + 1);
  const countsOfCode = (code: number): RunCounts => {
    const badAtBad = Math.floor(code / (good + 1));
    const goodAtBad = code % (good + 1);
    return { badAtBad, goodAtBad, badAtGood: bad - badAtBad, goodAtGood: good - goodAtBad };
  };
  const alwaysCode = bad * (good + 1) + good;
  const logs = new Float64Array(alwaysCode + 1).fill(NaN);
  const logOf = (code: number): number => {
    const known = logs[code]!;
    if (!Number.isNaN(known)) return known;
    const log = logLikelihood(rates, countsOfCode(code));
    logs[code] = log;
    return log;
  };
  let best = -Infinity;
  if (prior.always > 0) best = Math.max(best, logOf(alwaysCode));
  if (prior.never > 0) best = Math.max(best, logOf(0));
  for (let c = 0; c < codes.length; c++)
    if (prior.candidates[c]! > 0) best = Math.max(best, logOf(codes[c]!));
  const candidates = new Float64Array(codes.length);
  const countsOf = (candidate: number): RunCounts => countsOfCode(codes[candidate]!);
  if (best === -Infinity)
    return {
      candidates,
      always: 0,
      never: 0,
      rates: meanRates(rates, countsOfCode(0)),
      rateGroups: [],
      possible: false,
      countsOf,
    };

  const likelihood = Float64Array.from(logs, (log) => (Number.isNaN(log) ? 0 : Math.exp(log - best)));
  const massOfCode = new Float64Array(likelihood.length);
  let total = 0;
  for (let c = 0; c < codes.length; c++) {
    const mass = prior.candidates[c]! * likelihood[codes[c]!]!;
    candidates[c] = mass;
    massOfCode[codes[c]!]! += mass;
    total += mass;
  }
  let always = prior.always > 0 ? prior.always * likelihood[alwaysCode]! : 0;
  let never = prior.never > 0 ? prior.never * likelihood[0]! : 0;
  massOfCode[0]! += never;
  total += always + never;
  for (let c = 0; c < codes.length; c++) candidates[c]! /= total;
  always /= total;
  never /= total;
  const rateGroups = groupRates(rates, massOfCode, total, countsOfCode);
  const alwaysRates = { mass: always, rates: meanRates(rates, countsOfCode(alwaysCode)) };
  const expected = averageRates([...rateGroups, alwaysRates]);
  return { candidates, always, never, rates: expected, rateGroups, possible: true, countsOf };
}

/** For each candidate, (bad runs that it explains) x `base` + (good runs that speak against it). */
function contradictionCodes(chains: Chains, evidence: readonly Evidence[], base: number): Int32Array {
  const codes = new Int32Array(chains.members.length);
  const seen = evidence.filter((each) => each.entries.length > 0 && each.bad + each.good > 0);
  for (let block = 0; block < seen.length; block += 32) {
    const probes = seen.slice(block, block + 32);
    const masks = descendantMasks(
      chains,
      probes.map((probe) => probe.entries),
    );
    const amount = probes.map((probe) => probe.bad * base + probe.good);
    // Neighbours mostly have the same mask.
    let lastMask = 0;
    let lastSum = 0;
    for (let c = 0; c < codes.length; c++) {
      const mask = masks[c]!;
      if (mask !== lastMask) {
        lastMask = mask;
        lastSum = 0;
        for (let rest = mask; rest !== 0; rest &= rest - 1) lastSum += amount[31 - Math.clz32(rest & -rest)]!;
      }
      codes[c]! += lastSum;
    }
  }
  return codes;
}

function groupRates(
  rates: RateModel,
  massOfCode: Float64Array,
  total: number,
  countsOfCode: (code: number) => RunCounts,
): RateGroup[] {
  const groups: RateGroup[] = [];
  for (let code = 0; code < massOfCode.length; code++) {
    const mass = massOfCode[code]! / total;
    if (mass > 0) groups.push({ mass, rates: meanRates(rates, countsOfCode(code)) });
  }
  return groups;
}

function averageRates(groups: readonly RateGroup[]): ErrorRates {
  let mass = 0;
  let falseFail = 0;
  let falsePass = 0;
  for (const group of groups) {
    mass += group.mass;
    falseFail += group.mass * group.rates.falseFail;
    falsePass += group.mass * group.rates.falsePass;
  }
  return { falseFail: falseFail / mass, falsePass: falsePass / mass };
}
