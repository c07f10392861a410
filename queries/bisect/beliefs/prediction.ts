import { entropyOfChance } from '../rates/information.ts';
import type { Posterior } from './posterior.ts';

/** The chance of a failure, and the entropy left when the hypothesis is known, summed over hypotheses. */
export interface Prediction {
  readonly failure: number;
  readonly entropy: number;
}

/** What one more run of a good end tells, which no candidate reaches. */
export function bitsOfGoodEnd(posterior: Posterior): number {
  return bitsOf(predictionAtGoodEnd(posterior));
}

/** What a run tells: the entropy of its outcome, less what is left of it when the hypothesis is known. */
export function bitsOf({ failure, entropy }: Prediction): number {
  return Math.max(0, entropyOfChance(chance(failure)) - entropy);
}

/** Takes away what rounding errors add to a probability. */
export function chance(probability: number): number {
  return Math.min(Math.max(probability, 0), 1);
}

/** What is predicted where only ALWAYS says bad. */
export function predictionAtGoodEnd({ always, rates, rateGroups }: Posterior): Prediction {
  let failure = always * (1 - rates.falsePass);
  let entropy = always * entropyOfChance(rates.falsePass);
  for (const group of rateGroups) {
    failure += group.mass * group.rates.falseFail;
    entropy += group.mass * entropyOfChance(group.rates.falseFail);
  }
  return { failure, entropy };
}
