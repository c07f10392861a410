import type { ProbeMarket, ScoredProbe } from './probe-market.ts';
import { confirmationGain, type Favourite } from './favourite.ts';
import { entropyOfChance, exactBits } from '../rates/information.ts';
import { massesOfAncestors } from '../graph/descendant-masks.ts';
import type { Posterior } from '../beliefs/posterior.ts';
import { rounded } from '../beliefs/rounding.ts';

/**
 * What one run tells when every hypothesis explains the outcomes by rates of its own. "The culprit comes early and
 * the test is very flaky" and "it comes late" may agree on every version but the good end, and repeating a test
 * that both explain tells nothing, whatever the average rates promise.
 */

/** The chance of a failure, and the entropy left when the hypothesis is known, summed over hypotheses. */
interface Prediction {
  readonly failure: number;
  readonly entropy: number;
}

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
    const base = predictionAtGoodEnd(posterior);
    const { failures, entropies } = differences(posterior);
    const favourite = favourites[k] ?? null;
    const ofFavourite = new Float64Array(failures.length);
    if (favourite !== null) ofFavourite[favourite.local] = 1;
    const [failureShift, entropyShift, containsFavourite] = massesOfAncestors(
      market.range.chains,
      [failures, entropies, ofFavourite],
      nodes,
    );
    probes.forEach((probe, i) => {
      const failure = chance(base.failure + failureShift![i]!);
      const bits = bitsOf({ failure, entropy: base.entropy + entropyShift![i]! });
      own[i]! += bits;
      worth[i]! += bits;
      if (favourite !== null)
        worth[i]! += confirmationGain(favourite, { containsFavourite: containsFavourite![i] === 1, failure });
      average[i]! += exactBits(probe.bad[k]!, posterior.rates, 1);
    });
  });
  return probes.map((probe, i) => {
    if (average[i] === 0) return probe;
    const score = rounded((probe.score * worth[i]!) / average[i]!);
    return { ...probe, bits: (probe.bits * own[i]!) / average[i]!, score };
  });
}

/**
 * Values one run of a version that no candidate reaches, a good end: it tells whether the end holds, and whether
 * the test fails where nothing is wrong.
 */
export function endProbe(market: ProbeMarket, node: number, isCached: boolean): ScoredProbe {
  let bits = 0;
  for (const posterior of market.posteriors) bits += bitsOf(predictionAtGoodEnd(posterior));
  const { build, boot, run } = market.costs;
  const cost = (isCached ? 0 : build) + boot + run * market.posteriors.length;
  const bad = market.posteriors.map((posterior) => posterior.always);
  const score = rounded(bits / cost);
  return { node, local: -1, repeats: 1, bits, cost, score, testable: 1, bad, preferred: null };
}

function bitsOf({ failure, entropy }: Prediction): number {
  return Math.max(0, entropyOfChance(chance(failure)) - entropy);
}

/** Takes away what rounding errors add to a probability. */
function chance(probability: number): number {
  return Math.min(Math.max(probability, 0), 1);
}

/** What is predicted where only ALWAYS says bad. */
function predictionAtGoodEnd({ always, rates, rateGroups }: Posterior): Prediction {
  let failure = always * (1 - rates.falsePass);
  let entropy = always * entropyOfChance(rates.falsePass);
  for (const group of rateGroups) {
    failure += group.mass * group.rates.falseFail;
    entropy += group.mass * entropyOfChance(group.rates.falseFail);
  }
  return { failure, entropy };
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
