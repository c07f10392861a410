import { ancestorMasses, type AncestorMasses } from '../graph/ancestor-mass.ts';
import { massesOfAncestors } from '../graph/descendant-masks.ts';
import { NEAR_TIE, preferredProbe } from './near-ties.ts';
import { outcomeClasses, type OutcomeClass } from '../beliefs/outcome-classes.ts';
import { favouriteOf, type Favourite } from './favourite.ts';
import { endProbe, withOwnRates } from './own-rates.ts';
import type { ProbeMarket, ScoredProbe } from './probe-market.ts';
import { Valuation } from './valuation.ts';

/** How many of the best by sampled masses are weighed exactly. */
const EXACT_CHECKS = 32;

/**
 * Picks the version, and the number of runs, that tells most per cost, given probes that are under way (each by
 * its entries into the range). Null when no version tells anything.
 */
export function bestProbe(
  market: ProbeMarket,
  underWay: readonly (readonly number[])[] = [],
): ScoredProbe | null {
  const choice = choiceOf(market, underWay);
  const scores = screened(choice);
  const noisy = market.posteriors.some((posterior) => posterior.rateGroups.length > 1);
  const probes = noisy
    ? noisyProbes(choice, scores)
    : weighed(choice, shortlist(choice, scores, choice.exact));
  for (const { node, isCached } of market.outside) probes.push(endProbe(market, node, isCached));
  return preferredProbe(market, probes);
}

/** What is needed to say what a version is worth. */
interface Choice {
  readonly market: ProbeMarket;
  readonly classes: readonly OutcomeClass[];
  readonly valuation: Valuation;
  /** By class, what each version reaches; not `exact`: within about 1/256. */
  readonly masses: readonly AncestorMasses[];
  readonly exact: boolean;
}

function choiceOf(market: ProbeMarket, underWay: readonly (readonly number[])[]): Choice {
  const classes = market.posteriors.flatMap((posterior, index) =>
    outcomeClasses(market.range, posterior, index, underWay),
  );
  const masses = ancestorMasses(
    market.range.chains,
    classes.map((each) => each.weights),
  );
  const valuation = new Valuation(market, classes);
  return { market, classes, valuation, masses, exact: masses.every((each) => each.exact) };
}

/** Gives each version its bits per cost from tables: near enough to tell which are worth weighing. */
function screened({ market, classes, valuation, masses }: Choice): Float64Array {
  const { size } = market.range.part;
  const scores = new Float64Array(size);
  const reached = new Float64Array(classes.length);
  for (let v = 0; v < size; v++) {
    if (market.testable[v] === 0) continue;
    let any = 0;
    for (let i = 0; i < classes.length; i++) any += reached[i] = masses[i]!.mass[v]!;
    // What contains no suspect answers only for the ends, which are tested themselves when they are in doubt.
    if (any === 0) continue;
    const score = market.testable[v]! * valuation.screen(reached, market.cached[v] === 1);
    // By average rates what contains all suspects tells nothing; by their own it may.
    scores[v] = Math.max(score, Number.MIN_VALUE);
  }
  return scores;
}

/** Weighs versions without tables, and without samples. */
function weighed(
  { market, classes, valuation, masses, exact }: Choice,
  nodes: readonly number[],
): ScoredProbe[] {
  const reach = exact
    ? masses.map((each) => nodes.map((node) => each.mass[node]!))
    : reachOf(market, classes, nodes);
  return nodes.map((local, index) =>
    valuation.exactProbe(
      market.range.part.nodeOf[local]!,
      local,
      reach.map((each) => each[index]!),
    ),
  );
}

/** Weighs the best for a test that may lie: by the rates of each hypothesis, and what confirms a favourite too. */
function noisyProbes(choice: Choice, scores: Float64Array): ScoredProbe[] {
  const { market, masses } = choice;
  const favourites = market.posteriors.map((posterior) => favouriteOf(posterior, market.certainty));
  const weigh = (nodes: readonly number[]) => withOwnRates(market, favourites, weighed(choice, nodes));
  const probes = weigh(shortlist(choice, scores, false));
  const wanted = confirmingNodes(market, favourites).filter((v) => probes.every(({ local }) => local !== v));
  probes.push(...weigh(wanted.slice(0, EXACT_CHECKS)));
  // Rates that differ between hypotheses can make the best by average rates worthless: then look further.
  const best = highest(scores);
  const isLookedFurther =
    market.seconds.some((second) => second !== null) || probes.every((probe) => probe.score < best / 2);
  if (isLookedFurther) probes.push(...weigh(spreadByMass(scores, masses)));
  return probes;
}

/** Lists what confirms a favourite: itself and its parents, wherever they rank by information. */
function confirmingNodes(market: ProbeMarket, favourites: readonly (Favourite | null)[]): number[] {
  const { parentStart, parentList } = market.range.part;
  const nodes = favourites.flatMap((favourite) => {
    if (favourite === null) return [];
    const { local } = favourite;
    return [local, ...parentList.subarray(parentStart[local], parentStart[local + 1])];
  });
  return [...new Set(nodes)].filter((node) => market.testable[node]! > 0);
}

function reachOf(
  market: ProbeMarket,
  classes: readonly OutcomeClass[],
  nodes: readonly number[],
): Float64Array[] {
  const weightings = classes.map(({ weights }) => weights);
  return massesOfAncestors(market.range.chains, weightings, nodes);
}

/**
 * Lists the best node of each different ancestor mass, or, of very many, some from the least to the greatest: by their own rates
 * hypotheses may disagree where nobody looks by average ones, at the bad end even.
 */
function spreadByMass(scores: Float64Array, masses: readonly AncestorMasses[]): number[] {
  const best = new Map<number, number>();
  for (let v = 0; v < scores.length; v++) {
    if (scores[v] === 0) continue;
    const key = Math.round(masses.reduce((sum, each, i) => sum + (i + 1) * each.mass[v]!, 0) * 1e6);
    const known = best.get(key);
    if (known === undefined || scores[v]! > scores[known]!) best.set(key, v);
  }
  const nodes = [...best].sort(([a], [b]) => a - b).map(([, node]) => node);
  const few = Math.min(nodes.length, EXACT_CHECKS);
  return Array.from(
    { length: few },
    (_, i) => nodes[Math.round((i * (nodes.length - 1)) / Math.max(1, few - 1))]!,
  );
}

/** The near ties of the best, or as many of the best as can be weighed exactly. */
function shortlist({ market }: Choice, scores: Float64Array, all: boolean): number[] {
  const best = highest(scores);
  if (best <= 0) return [];
  const favour = (v: number): number => 2 * market.cached[v]! + market.tagged[v]!;
  const order = (a: number, b: number): number => favour(b) - favour(a) || scores[b]! - scores[a]! || a - b;
  const most = all ? Infinity : EXACT_CHECKS;
  const near: number[] = [];
  // Sampled masses are off by up to 1/256; what looks a little worse may be the best.
  const floor = best * (1 - NEAR_TIE);
  for (let v = 0; v < scores.length; v++) {
    if (scores[v]! < floor) continue;
    if (near.length < most) near.push(v);
    else if (order(v, near.at(-1)!) < 0) near[near.length - 1] = v;
    else continue;
    // Kept in order only where a worse one may have to go.
    if (!all) for (let i = near.length - 1; i > 0 && order(near[i]!, near[i - 1]!) < 0; i--) swap(near, i);
  }
  return near;
}

function highest(scores: Float64Array): number {
  let best = 0;
  for (const score of scores) if (score > best) best = score;
  return best;
}

function swap(nodes: number[], i: number): void {
  [nodes[i - 1], nodes[i]] = [nodes[i]!, nodes[i - 1]!];
}
