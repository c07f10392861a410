import type { ErrorRates } from './flakiness.ts';

/** How many runs of one version may be planned at once. */
export const REPEATS: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16];

/** The same, for choices that weigh many regressions at once and have less time for each. */
export const REPEATS_FOR_MANY: readonly number[] = [1, 2, 4, 8];

const GRID = 1024;

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

/**
 * Tabulates the information of each of the given numbers of runs (ascending). Without error rates one run tells all,
 * whatever is asked for.
 */
export function runInformation(rates: ErrorRates, repeats: readonly number[]): RunInformation[] {
  const noiseFree = rates.falseFail === 0 && rates.falsePass === 0;
  const tables = (noiseFree ? [1] : repeats).map((count) => ({
    repeats: count,
    bits: new Float64Array(GRID + 1),
    expectedRuns: new Float64Array(GRID + 1),
  }));
  for (let i = 0; i <= GRID; i++) {
    const walk = new FirstFailure(i / GRID, rates);
    for (const table of tables) {
      walk.advanceTo(table.repeats);
      table.bits[i] = walk.bits();
      table.expectedRuns[i] = walk.expectedRuns;
    }
  }
  return tables;
}

/** Reads a table at a probability, between the points of its grid by a straight line. */
export function interpolate(table: Float64Array, probability: number): number {
  const at = Math.min(Math.max(probability, 0), 1) * GRID;
  const below = Math.min(Math.floor(at), GRID - 1);
  const low = table[below]!;
  return low + (at - below) * (table[below + 1]! - low);
}

/** Gives the bits that runs up to the first failure tell about a version that is bad with a probability. */
export function exactBits(probability: number, rates: ErrorRates, repeats: number): number {
  const walk = new FirstFailure(Math.min(Math.max(probability, 0), 1), rates);
  walk.advanceTo(repeats);
  return walk.bits();
}

/** Gives the expected number of runs when they stop at the first failure. */
export function exactExpectedRuns(probability: number, rates: ErrorRates, repeats: number): number {
  const walk = new FirstFailure(Math.min(Math.max(probability, 0), 1), rates);
  walk.advanceTo(repeats);
  return walk.expectedRuns;
}

/** Sums over the outcomes of a sequence of runs that stops at the first failure, one run after the other. */
class FirstFailure {
  expectedRuns = 0;
  private readonly probability: number;
  private readonly rates: ErrorRates;
  private runs = 0;
  private bitsOfFailures = 0;
  private passedIfBad = 1;
  private passedIfGood = 1;

  constructor(probability: number, rates: ErrorRates) {
    this.probability = probability;
    this.rates = rates;
  }

  advanceTo(runs: number): void {
    const { falseFail, falsePass } = this.rates;
    const p = this.probability;
    for (; this.runs < runs; this.runs++) {
      this.expectedRuns += p * this.passedIfBad + (1 - p) * this.passedIfGood;
      this.bitsOfFailures += outcomeBits(
        p,
        this.passedIfBad * (1 - falsePass),
        this.passedIfGood * falseFail,
      );
      this.passedIfBad *= falsePass;
      this.passedIfGood *= 1 - falseFail;
    }
  }

  bits(): number {
    const allPassed = outcomeBits(this.probability, this.passedIfBad, this.passedIfGood);
    return Math.max(0, this.bitsOfFailures + allPassed);
  }
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
