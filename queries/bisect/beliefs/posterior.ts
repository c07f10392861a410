import { descendantMasks } from '../graph/descendant-masks.ts';
import {
  logLikelihood,
  meanRates,
  type ErrorRates,
  type RateModel,
  type RunCounts,
} from '../rates/flakiness.ts';
import type { Chains } from '../graph/chains.ts';

/** What was seen at one version for one regression; `entries` as of `entriesInto`. */
export interface Evidence {
  readonly entries: readonly number[];
  /** Contains every candidate, so that nobody needs to find out which. */
  readonly containsAll: boolean;
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
  readonly ratesOf: (candidate: number) => ErrorRates;
  /** The counts at versions that each hypothesis predicts good and bad. */
  readonly countsOf: (candidate: number) => RunCounts;
  /** By candidate: the same number for those that the outcomes cannot tell apart. */
  readonly codes: Int32Array;
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
  const priorOfCode = new Float64Array(alwaysCode + 1);
  for (let c = 0; c < codes.length; c++) priorOfCode[codes[c]!]! += prior.candidates[c]!;

  const logs = priorOfCode.map((mass, code) =>
    mass > 0 || code === 0 || code === alwaysCode ? logLikelihood(rates, countsOfCode(code)) : -Infinity,
  );
  let best = -Infinity;
  logs.forEach((log, code) => {
    const ofEnds = (code === 0 ? prior.never : 0) + (code === alwaysCode ? prior.always : 0);
    if (log > best && priorOfCode[code]! + ofEnds > 0) best = log;
  });
  const candidates = new Float64Array(codes.length);
  const countsOf = (candidate: number): RunCounts => countsOfCode(codes[candidate]!);
  const rememberedRates = new Map<number, ErrorRates>();
  const ratesOf = (candidate: number): ErrorRates => {
    const code = codes[candidate]!;
    const known = rememberedRates.get(code) ?? meanRates(rates, countsOfCode(code));
    rememberedRates.set(code, known);
    return known;
  };
  const impossible = {
    candidates,
    always: 0,
    never: 0,
    rateGroups: [],
    possible: false,
    countsOf,
    ratesOf,
    codes,
  };
  if (best === -Infinity) return { ...impossible, rates: meanRates(rates, countsOfCode(0)) };

  const likelihood = logs.map((log) => Math.min(1, Math.exp(log - best)));
  let total = prior.always * likelihood[alwaysCode]! + prior.never * likelihood[0]!;
  likelihood.forEach((each, code) => (total += each * priorOfCode[code]!));
  const scale = likelihood.map((each) => each / total);
  for (let c = 0; c < codes.length; c++) candidates[c] = prior.candidates[c]! * scale[codes[c]!]!;
  const always = prior.always * scale[alwaysCode]!;
  const never = prior.never * scale[0]!;
  const massOfCode = scale.map((each, code) => each * priorOfCode[code]!);
  massOfCode[0]! += never;
  const rateGroups = groupRates(rates, massOfCode, countsOfCode);
  const alwaysGroup = { mass: always, rates: meanRates(rates, countsOfCode(alwaysCode)) };
  const expected = averageRates([...rateGroups, alwaysGroup]);
  return { candidates, always, never, rates: expected, rateGroups, possible: true, countsOf, ratesOf, codes };
}

/** For each candidate, (bad runs that it explains) x `base` + (good runs that speak against it). */
function contradictionCodes(chains: Chains, evidence: readonly Evidence[], base: number): Int32Array {
  const amountOf = ({ bad, good }: Evidence): number => bad * base + good;
  const everywhere = evidence
    .filter((each) => each.containsAll)
    .reduce((sum, each) => sum + amountOf(each), 0);
  const codes = new Int32Array(chains.members.length).fill(everywhere);
  const seen = evidence.filter(
    (each) => each.entries.length > 0 && !each.containsAll && each.bad + each.good > 0,
  );
  for (let block = 0; block < seen.length; block += 32) {
    const probes = seen.slice(block, block + 32);
    const masks = descendantMasks(
      chains,
      probes.map((probe) => probe.entries),
    );
    const amount = probes.map(amountOf);
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
  countsOfCode: (code: number) => RunCounts,
): RateGroup[] {
  const groups: RateGroup[] = [];
  for (let code = 0; code < massOfCode.length; code++) {
    const mass = massOfCode[code]!;
    if (mass > 0) groups.push({ mass, rates: meanRates(rates, countsOfCode(code)) });
  }
  return groups;
}

/** Averages rates by how likely each of them is. */
export function averageRates(groups: readonly RateGroup[]): ErrorRates {
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
