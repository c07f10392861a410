import { ancestorMasses, type AncestorMasses } from './ancestor-mass.ts';
import { rounded } from './rounding.ts';
import { endProbe, withOwnRates } from './own-rates.ts';
import { massesOfAncestors } from './masses-of-ancestors.ts';
import { descendantMasks } from './descendant-masks.ts';
import {
  exactBits,
  exactExpectedRuns,
  interpolate,
  REPEATS,
  REPEATS_FOR_MANY,
  runInformation,
  type RunInformation,
} from './information.ts';
import type { Posterior } from './posterior.ts';
import type { Costs } from './problem.ts';
import type { CandidateRange } from './range.ts';

/** Scores closer than this to the best give way to a build at hand or a tag: people gain more from those. */
const NEAR_TIE = 0.02;
/**
 * A merge on the main line is a mere convenience. At 2% it would cost a noise-free search a fiftieth of a test
 * each step, which adds up to more tests than git needs.
 */
const NEAR_TIE_MAINLINE = 0.0005;
/** How many of the best by sampled masses are weighed exactly. */
const EXACT_CHECKS = 32;
/** What the cheapest probe costs at least, of a full one. */
const LEAST_COST_SHARE = 0.01;
/** Outcome classes of probes under way that are less likely than this are not told apart. */
const CLASS_FLOOR = 1e-4;

/** What choosing on one platform needs to know. */
export interface ProbeMarket {
  readonly range: CandidateRange;
  /** The regressions of this platform that are still open. */
  readonly posteriors: readonly Posterior[];
  readonly costs: Costs;
  /** 1 for nodes of the range whose build is at hand. */
  readonly cached: Uint8Array;
  readonly tagged: Uint8Array;
  /** Probability that a version can be built and booted, by node of the range. */
  readonly testable: Float64Array;
  /** Nodes of the whole graph outside of the range that are worth a test when the ends are in doubt. */
  readonly outside: readonly number[];
}

/** A version to test, and what it is worth. */
export interface ScoredProbe {
  /** A node of the whole graph. */
  readonly node: number;
  /** The same as a node of the range, or -1. */
  readonly local: number;
  readonly repeats: number;
  /** Expected bits over all open regressions, the chance that it cannot be tested included. */
  readonly bits: number;
  readonly cost: number;
  /** Bits per unit of cost. */
  readonly score: number;
  readonly testable: number;
  /** By open regression: the probability that this version is bad. */
  readonly bad: readonly number[];
  /** Why a near tie was decided for it. */
  readonly preferred: 'cached' | 'tag' | 'mainline' | null;
}

/**
 * Picks the version, and the number of runs, that tells most per cost, given probes that are under way (each by
 * its entries into the range). Null when no version tells anything.
 */
export function bestProbe(
  market: ProbeMarket,
  underWay: readonly (readonly number[])[] = [],
): ScoredProbe | null {
  const classes = market.posteriors.flatMap((posterior, index) =>
    outcomeClasses(market, posterior, index, underWay),
  );
  const valuation = new Valuation(market, classes);
  const { part } = market.range;
  const masses = ancestorMasses(
    market.range.chains,
    classes.map((each) => each.weights),
  );
  const scores = new Float64Array(part.size);
  const reached = new Float64Array(classes.length);
  let best = 0;
  for (let v = 0; v < part.size; v++) {
    if (market.testable[v] === 0) continue;
    let any = 0;
    for (let i = 0; i < classes.length; i++) any += reached[i] = masses[i]!.mass[v]!;
    // What contains no suspect answers only for the ends, which are tested themselves when they are in doubt.
    if (any === 0) continue;
    scores[v] = market.testable[v]! * valuation.screen(reached, market.cached[v] === 1);
    if (scores[v]! > best) best = scores[v]!;
  }
  const exact = masses.every((each) => each.exact);
  const learned = market.posteriors.some((posterior) => posterior.rateGroups.length > 1);
  const weigh = (nodes: readonly number[]): ScoredProbe[] => {
    const reach = exact
      ? masses.map((each) => nodes.map((node) => each.mass[node]!))
      : reachOf(market, classes, nodes);
    const probes = nodes.map((local, index) =>
      valuation.exactProbe(
        part.nodeOf[local]!,
        local,
        reach.map((each) => each[index]!),
      ),
    );
    return learned ? withOwnRates(market, probes) : probes;
  };
  const probes = weigh(shortlist(market, scores, best, exact && !learned));
  // Rates that differ between hypotheses can make the best by average rates worthless: then look further.
  if (learned && probes.every((probe) => probe.score < best / 2))
    probes.push(...weigh(bestOfEachMass(scores, masses)));
  for (const node of market.outside) probes.push(endProbe(market, node));
  return preferredProbe(market, probes);
}

function reachOf(
  market: ProbeMarket,
  classes: readonly OutcomeClass[],
  nodes: readonly number[],
): Float64Array[] {
  const weightings = classes.map(({ weights }) => weights);
  return massesOfAncestors(market.range, weightings, nodes);
}

/** Lists the best node of each different ancestor mass, as many as are weighed exactly. */
function bestOfEachMass(scores: Float64Array, masses: readonly AncestorMasses[]): number[] {
  const best = new Map<number, number>();
  for (let v = 0; v < scores.length; v++) {
    if (scores[v] === 0) continue;
    const key = Math.round(masses.reduce((sum, each, i) => sum + (i + 1) * each.mass[v]!, 0) * 1e6);
    const known = best.get(key);
    if (known === undefined || scores[v]! > scores[known]!) best.set(key, v);
  }
  return [...best.values()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, EXACT_CHECKS);
}

/** The near ties of the best, or as many of the best as can be weighed exactly. */
function shortlist(market: ProbeMarket, scores: Float64Array, best: number, all: boolean): number[] {
  if (best <= 0) return [];
  const near: number[] = [];
  // Sampled masses are off by up to 1/256; what looks a little worse may be the best.
  const floor = best * (1 - NEAR_TIE);
  for (let v = 0; v < scores.length; v++) if (scores[v]! >= floor) near.push(v);
  if (all || near.length <= EXACT_CHECKS) return near;
  const favour = (v: number): number => 2 * market.cached[v]! + market.tagged[v]!;
  return near
    .sort((a, b) => favour(b) - favour(a) || scores[b]! - scores[a]! || a - b)
    .slice(0, EXACT_CHECKS);
}

/** The hypotheses of one regression that predict the same outcome for every probe under way. */
interface OutcomeClass {
  readonly regression: number;
  /** Posterior mass by candidate, zero outside of the class. */
  readonly weights: Float64Array;
  readonly total: number;
  /** The mass of ALWAYS, where it belongs to this class: bad whatever is tested. */
  readonly always: number;
}

function outcomeClasses(
  market: ProbeMarket,
  posterior: Posterior,
  regression: number,
  underWay: readonly (readonly number[])[],
): OutcomeClass[] {
  if (underWay.length === 0)
    return [{ regression, weights: posterior.candidates, total: 1, always: posterior.always }];
  const masks = descendantMasks(market.range.chains, underWay);
  const everyBad = underWay.length >= 32 ? -1 : (1 << underWay.length) - 1;
  const totals = new Map<number, number>([
    [0, posterior.never],
    [everyBad, posterior.always],
  ]);
  for (let c = 0; c < masks.length; c++) {
    const mass = posterior.candidates[c]!;
    if (mass > 0) totals.set(masks[c]!, (totals.get(masks[c]!) ?? 0) + mass);
  }
  const classes: OutcomeClass[] = [];
  for (const [mask, total] of [...totals].sort(([a], [b]) => a - b)) {
    if (total < CLASS_FLOOR) continue;
    const weights = posterior.candidates.map((mass, c) => (masks[c] === mask ? mass : 0));
    classes.push({ regression, weights, total, always: mask === everyBad ? posterior.always : 0 });
  }
  return classes;
}

/** Turns the mass that a version reaches into bits per cost. A class because of its tables. */
class Valuation {
  readonly #market: ProbeMarket;
  readonly #classes: readonly OutcomeClass[];
  readonly #tables: readonly (readonly RunInformation[])[];
  /** Indexes into the tables of each regression. */
  readonly #repeats: readonly number[];
  /** For one regression and nothing under way, the best score at each probability: not cached, cached. */
  readonly #single: readonly [Float64Array, Float64Array] | null;

  constructor(market: ProbeMarket, classes: readonly OutcomeClass[]) {
    this.#market = market;
    this.#classes = classes;
    // Where a further run costs as much as the first, planning several of them ahead can only lose.
    const free = market.costs.build === 0 && market.costs.boot === 0;
    const repeats = free ? [1] : classes.length > 4 ? REPEATS_FOR_MANY : REPEATS;
    const tables = market.posteriors.map((posterior) => runInformation(posterior.rates, repeats));
    this.#repeats = repeats.slice(0, Math.max(...tables.map((each) => each.length))).map((_, index) => index);
    this.#tables = tables;
    this.#single =
      classes.length === 1 ? [this.#bestTable(tables[0]!, false), this.#bestTable(tables[0]!, true)] : null;
  }

  /** Gives the best bits per cost over all numbers of runs, from tables. */
  screen(reached: Float64Array, cached: boolean): number {
    if (this.#single !== null)
      return interpolate(this.#single[cached ? 1 : 0], reached[0]! + this.#classes[0]!.always);
    let best = 0;
    for (const repeat of this.#repeats) {
      let bits = 0;
      let runs = 0;
      for (let i = 0; i < this.#classes.length; i++) {
        const { regression, total, always } = this.#classes[i]!;
        const tables = this.#tables[regression]!;
        const table = tables[Math.min(repeat, tables.length - 1)]!;
        const bad = (reached[i]! + always) / total;
        bits += total * interpolate(table.bits, bad);
        runs += total * interpolate(table.expectedRuns, bad);
      }
      best = Math.max(best, bits / this.#cost(cached, runs));
    }
    return best;
  }

  /** Values one version without tables. */
  exactProbe(node: number, local: number, reached: readonly number[]): ScoredProbe {
    const { posteriors, testable, cached } = this.#market;
    const chance = local < 0 ? 1 : testable[local]!;
    const atHand = local >= 0 && cached[local] === 1;
    const bad = posteriors.map(() => 0);
    this.#classes.forEach((each, i) => (bad[each.regression]! += reached[i]! + each.always));
    let best = { repeats: 1, bits: 0, cost: this.#cost(atHand, posteriors.length), score: 0 };
    for (const repeat of this.#repeats) {
      let bits = 0;
      let runs = 0;
      let repeats = 1;
      this.#classes.forEach(({ regression, total, always }, i) => {
        const tables = this.#tables[regression]!;
        const planned = tables[Math.min(repeat, tables.length - 1)]!.repeats;
        const { rates } = posteriors[regression]!;
        const share = (reached[i]! + always) / total;
        bits += total * exactBits(share, rates, planned);
        runs += total * exactExpectedRuns(share, rates, planned);
        repeats = Math.max(repeats, planned);
      });
      const cost = this.#cost(atHand, runs);
      const score = rounded((chance * bits) / cost);
      if (score > best.score) best = { repeats, bits: chance * bits, cost, score };
    }
    return { node, local, ...best, testable: chance, bad, preferred: null };
  }

  #bestTable(tables: readonly RunInformation[], cached: boolean): Float64Array {
    const best = new Float64Array(tables[0]!.bits.length);
    for (const repeat of this.#repeats) {
      const table = tables[Math.min(repeat, tables.length - 1)]!;
      for (let i = 0; i < best.length; i++)
        best[i] = Math.max(best[i]!, table.bits[i]! / this.#cost(cached, table.expectedRuns[i]!));
    }
    return best;
  }

  #cost(cached: boolean, runs: number): number {
    const { build, boot, run } = this.#market.costs;
    // Nothing is for free: with a cost of zero, the rounding errors of a version that tells nothing would win.
    return Math.max((cached ? 0 : build) + boot + run * runs, LEAST_COST_SHARE * (build + boot + run));
  }
}

function preferredProbe(market: ProbeMarket, probes: readonly ScoredProbe[]): ScoredProbe | null {
  const best = Math.max(0, ...probes.map((probe) => probe.score));
  if (best === 0) return null;
  let winner: ScoredProbe | null = null;
  let winnerRank = -1;
  for (const probe of probes) {
    if (probe.score < best * (1 - NEAR_TIE)) continue;
    const preferred = preferenceOf(market, probe, best);
    const rank =
      preferred === null ? (probe.score === best ? 1 : 0) : { mainline: 2, tag: 3, cached: 4 }[preferred];
    if (
      winner === null ||
      rank > winnerRank ||
      (rank === winnerRank &&
        (probe.score > winner.score ||
          (probe.score === winner.score && isNamedBefore(market, probe, winner))))
    ) {
      winner = { ...probe, preferred: probe.score === best && rank < 2 ? null : preferred };
      winnerRank = rank;
    }
  }
  return winner;
}

function preferenceOf(market: ProbeMarket, probe: ScoredProbe, best: number): ScoredProbe['preferred'] {
  if (probe.local < 0) return null;
  if (market.cached[probe.local] === 1) return 'cached';
  if (market.tagged[probe.local] === 1) return 'tag';
  const { part, mainline } = market.range;
  const isMerge = part.parentStart[probe.local + 1]! - part.parentStart[probe.local]! > 1;
  return isMerge && mainline[probe.local] === 1 && probe.score >= best * (1 - NEAR_TIE_MAINLINE)
    ? 'mainline'
    : null;
}

function isNamedBefore(market: ProbeMarket, a: ScoredProbe, b: ScoredProbe): boolean {
  const { names } = market.range.graph;
  return names.at(a.node) < names.at(b.node);
}
