import type { ErrorRates } from './flakiness.ts';

/** How many runs of one version may be planned at once. */
export const REPEATS: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16];

const GRID = 4096;

/**
 * What up to `repeats` runs of one version tell, as functions of the probability that the version is bad. The runs
 * stop at the first failure, so their number is a random one too.
 */
export interface RunInformation {
  readonly repeats: number;
  /** Bits about whether the version is bad, on a grid of probabilities: index i stands for i / (length - 1). */
  readonly bits: Float64Array;
  readonly expectedRuns: Float64Array;
}

/** Tabulates the information of 1, 2, 3, ... runs. Without error rates one run tells all. */
export function runInformation(rates: ErrorRates): RunInformation[] {
  const noiseFree = rates.falseFail === 0 && rates.falsePass === 0;
  return (noiseFree ? [1] : REPEATS).map((repeats) => {
    const bits = new Float64Array(GRID + 1);
    const expectedRuns = new Float64Array(GRID + 1);
    for (let i = 0; i <= GRID; i++) {
      bits[i] = exactBits(i / GRID, rates, repeats);
      expectedRuns[i] = exactExpectedRuns(i / GRID, rates, repeats);
    }
    return { repeats, bits, expectedRuns };
  });
}

/** Reads a table at a probability, between the points of its grid by a straight line. */
export function interpolate(table: Float64Array, probability: number): number {
  const at = Math.min(Math.max(probability, 0), 1) * GRID;
  const below = Math.min(Math.floor(at), GRID - 1);
  const low = table[below]!;
  return low + (at - below) * (table[below + 1]! - low);
}

/** Gives the bits that runs up to the first failure tell about a version that is bad with a probability. */
export function exactBits(
  probability: number,
  { falseFail, falsePass }: ErrorRates,
  repeats: number,
): number {
  const p = Math.min(Math.max(probability, 0), 1);
  let bits = 0;
  let untilNowIfBad = 1;
  let untilNowIfGood = 1;
  for (let run = 0; run < repeats; run++) {
    bits += outcomeBits(p, untilNowIfBad * (1 - falsePass), untilNowIfGood * falseFail);
    untilNowIfBad *= falsePass;
    untilNowIfGood *= 1 - falseFail;
  }
  return Math.max(0, bits + outcomeBits(p, untilNowIfBad, untilNowIfGood));
}

/** Gives the expected number of runs when they stop at the first failure. */
export function exactExpectedRuns(
  probability: number,
  { falseFail, falsePass }: ErrorRates,
  repeats: number,
): number {
  let runs = 0;
  let untilNowIfBad = 1;
  let untilNowIfGood = 1;
  for (let run = 0; run < repeats; run++) {
    runs += probability * untilNowIfBad + (1 - probability) * untilNowIfGood;
    untilNowIfBad *= falsePass;
    untilNowIfGood *= 1 - falseFail;
  }
  return runs;
}

/** The entropy in bits of something that happens with probability p. */
export function entropyOfChance(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
}

/** The share of the mutual information that one outcome contributes, by its probabilities under either state. */
function outcomeBits(p: number, ifBad: number, ifGood: number): number {
  const together = p * ifBad + (1 - p) * ifGood;
  let bits = 0;
  if (p > 0 && ifBad > 0) bits += p * ifBad * Math.log2(ifBad / together);
  if (p < 1 && ifGood > 0) bits += (1 - p) * ifGood * Math.log2(ifGood / together);
  return bits;
}
