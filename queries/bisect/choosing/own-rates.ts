import type { ProbeMarket, ScoredProbe } from './probe-market.ts';
import type { Chains } from '../graph/chains.ts';
import { confirmationGain, favouriteOf, type Favourite } from './favourite.ts';
import { entropyOfChance, exactBits } from '../rates/information.ts';
import { bitsOf, bitsOfGoodEnd, chance, predictionAtGoodEnd } from '../beliefs/prediction.ts';
import { descendantMasks, massesOfAncestors } from '../graph/descendant-masks.ts';
import type { Posterior } from '../beliefs/posterior.ts';
import { rounded } from '../beliefs/rounding.ts';

/**
 * What one run tells when every hypothesis explains the outcomes by rates of its own. "The culprit comes early and
 * the test is very flaky" and "it comes late" may agree on every version but the good end, and repeating a test
 * that both explain tells nothing, whatever the average rates promise.
 */

/**
 * Corrects up to 32 probes, whose bits rest on average rates, by what one run of each tells under its own. Their
 * scores also count what brings the favourite of a regression nearer to its confirmation.
 */
export function withOwnRates(
  market: ProbeMarket,
  favourites: readonly (Favourite | null)[],
  probes: readonly ScoredProbe[],
): ScoredProbe[] {
  const nodes = probes.map((probe) => probe.local);
  const own = new Float64Array(probes.length);
  const worth = new Float64Array(probes.length);
  const average = new Float64Array(probes.length);
  market.posteriors.forEach((posterior, k) => {
    const second = market.seconds[k] ?? null;
    const told = valuesByOwnRates(market.range.chains, posterior, favourites[k] ?? null, nodes);
    // With the second change a version fails as it would if that were the only one.
    const toldBehind =
      second === null
        ? told
        : valuesByOwnRates(market.range.chains, second.one, favouriteOf(second.one, market.certainty), nodes);
    const isBehind =
      second === null ? () => false : whetherContained(market.range.chains, second.second, nodes);
    probes.forEach((probe, i) => {
      const { bits, gain } = (isBehind(i) ? toldBehind : told)[i]!;
      own[i]! += bits;
      worth[i]! += bits + gain;
      average[i]! += exactBits(probe.bad[k]!, posterior.rates, 1);
    });
  });
  return probes.map((probe, i) => {
    if (average[i] === 0) return probe;
    const score = rounded((probe.score * worth[i]!) / average[i]!);
    return { ...probe, bits: (probe.bits * own[i]!) / average[i]!, score };
  });
}

/** What one run of each node tells of one regression, and what it brings its favourite nearer to the end. */
function valuesByOwnRates(
  chains: Chains,
  posterior: Posterior,
  favourite: Favourite | null,
  nodes: readonly number[],
): { readonly bits: number; readonly gain: number }[] {
  const base = predictionAtGoodEnd(posterior);
  const { failures, entropies } = differences(posterior);
  const [failureShift, entropyShift] = massesOfAncestors(chains, [failures, entropies], nodes);
  const isContained = favourite === null ? () => false : whetherContained(chains, favourite.local, nodes);
  return nodes.map((_, i) => {
    const failure = chance(base.failure + failureShift![i]!);
    const bits = bitsOf({ failure, entropy: base.entropy + entropyShift![i]! });
    const gain =
      favourite === null ? 0 : confirmationGain(favourite, { containsFavourite: isContained(i), failure });
    return { bits, gain };
  });
}

/** Tells of which of up to 32 nodes, by index, a candidate is an ancestor. */
function whetherContained(
  chains: Chains,
  candidate: number,
  nodes: readonly number[],
): (index: number) => boolean {
  const mask = descendantMasks(
    chains,
    nodes.map((node) => [node]),
  )[candidate]!;
  return (index) => ((mask >>> index) & 1) === 1;
}

/**
 * Values one run of a version that no candidate reaches, a good end: it tells whether the end holds, and whether
 * the test fails where nothing is wrong.
 */
export function endProbe(market: ProbeMarket, node: number, isCached: boolean): ScoredProbe {
  let bits = 0;
  for (const posterior of market.posteriors) bits += bitsOfGoodEnd(posterior);
  const { build, boot, run } = market.costs;
  const cost = (isCached ? 0 : build) + boot + run * market.posteriors.length;
  const bad = market.posteriors.map((posterior) => posterior.always);
  const score = rounded(bits / cost);
  return { node, local: -1, repeats: 1, bits, cost, score, testable: 1, bad, preferred: null };
}

/** How the prediction changes with each candidate that a version contains. */
function differences({ candidates, ratesOf }: Posterior): {
  failures: Float64Array;
  entropies: Float64Array;
} {
  const failures = new Float64Array(candidates.length);
  const entropies = new Float64Array(candidates.length);
  candidates.forEach((mass, c) => {
    if (mass === 0) return;
    const { falseFail, falsePass } = ratesOf(c);
    failures[c] = mass * (1 - falsePass - falseFail);
    entropies[c] = mass * (entropyOfChance(falsePass) - entropyOfChance(falseFail));
  });
  return { failures, entropies };
}
