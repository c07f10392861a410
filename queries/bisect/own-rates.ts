import type { ProbeMarket, ScoredProbe } from './chooser.ts';
import { entropyOfChance, exactBits } from './information.ts';
import { massesOfAncestors } from './masses-of-ancestors.ts';
import type { Posterior } from './posterior.ts';
import { rounded } from './rounding.ts';

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

/** Corrects up to 32 probes, whose bits rest on average rates, by what one run of each tells under its own. */
export function withOwnRates(market: ProbeMarket, probes: readonly ScoredProbe[]): ScoredProbe[] {
  const nodes = probes.map((probe) => probe.local);
  const own = new Float64Array(probes.length);
  const average = new Float64Array(probes.length);
  market.posteriors.forEach((posterior, k) => {
    const base = predictionAtGoodEnd(posterior);
    const { failures, entropies } = differences(posterior);
    const [failureShift, entropyShift] = massesOfAncestors(market.range, [failures, entropies], nodes);
    probes.forEach((probe, i) => {
      own[i]! += bitsOf({
        failure: base.failure + failureShift![i]!,
        entropy: base.entropy + entropyShift![i]!,
      });
      average[i]! += exactBits(probe.bad[k]!, posterior.rates, 1);
    });
  });
  return probes.map((probe, i) => {
    const factor = average[i]! > 0 ? own[i]! / average[i]! : 1;
    return { ...probe, bits: probe.bits * factor, score: rounded(probe.score * factor) };
  });
}

/**
 * Values one run of a version that no candidate reaches, a good end: it tells whether the end holds, and whether
 * the test fails where nothing is wrong.
 */
export function endProbe(market: ProbeMarket, node: number): ScoredProbe {
  let bits = 0;
  for (const posterior of market.posteriors) bits += bitsOf(predictionAtGoodEnd(posterior));
  const { build, boot, run } = market.costs;
  const cost = build + boot + run * market.posteriors.length;
  const bad = market.posteriors.map((posterior) => posterior.always);
  const score = rounded(bits / cost);
  return { node, local: -1, repeats: 1, bits, cost, score, testable: 1, bad, preferred: null };
}

function bitsOf({ failure, entropy }: Prediction): number {
  return Math.max(0, entropyOfChance(Math.min(Math.max(failure, 0), 1)) - entropy);
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
