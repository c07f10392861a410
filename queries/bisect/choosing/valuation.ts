import {
  exactBits,
  exactExpectedRuns,
  interpolate,
  REPEATS,
  REPEATS_FOR_MANY,
  runInformation,
  type RunInformation,
} from '../rates/information.ts';
import type { OutcomeClass } from '../beliefs/outcome-classes.ts';
import type { ProbeMarket, ScoredProbe } from './probe-market.ts';
import { rounded } from '../beliefs/rounding.ts';

/** What the cheapest probe costs at least, of a full one. */
const LEAST_COST_SHARE = 0.01;

/** Turns the mass that a version reaches into bits per cost. A class because of its tables. */
export class Valuation {
  private readonly market: ProbeMarket;
  private readonly classes: readonly OutcomeClass[];
  private readonly tables: readonly (readonly RunInformation[])[];
  /** Indexes into the tables of each regression. */
  private readonly repeats: readonly number[];
  /** For one regression and nothing under way, the best score at each probability: not cached, cached. */
  private readonly single: readonly [Float64Array, Float64Array] | null;

  constructor(market: ProbeMarket, classes: readonly OutcomeClass[]) {
    this.market = market;
    this.classes = classes;
    // Where a further run costs as much as the first, planning several of them ahead can only lose.
    const free = market.costs.build === 0 && market.costs.boot === 0;
    const repeats = free ? [1] : classes.length > 4 ? REPEATS_FOR_MANY : REPEATS;
    const tables = market.posteriors.map((posterior) => runInformation(posterior.rates, repeats));
    this.repeats = repeats.slice(0, Math.max(...tables.map((each) => each.length))).map((_, index) => index);
    this.tables = tables;
    this.single =
      classes.length === 1 ? [this.bestTable(tables[0]!, false), this.bestTable(tables[0]!, true)] : null;
  }

  /** Gives the best bits per cost over all numbers of runs, from tables. */
  screen(reached: Float64Array, cached: boolean): number {
    if (this.single !== null)
      return interpolate(this.single[cached ? 1 : 0], reached[0]! + this.classes[0]!.always);
    let best = 0;
    for (const repeat of this.repeats) {
      let bits = 0;
      let runs = 0;
      for (let i = 0; i < this.classes.length; i++) {
        const { regression, total, always } = this.classes[i]!;
        const tables = this.tables[regression]!;
        const table = tables[Math.min(repeat, tables.length - 1)]!;
        const bad = (reached[i]! + always) / total;
        bits += total * interpolate(table.bits, bad);
        runs += total * interpolate(table.expectedRuns, bad);
      }
      best = Math.max(best, bits / this.cost(cached, runs));
    }
    return best;
  }

  /** Values one version without tables. */
  exactProbe(node: number, local: number, reached: readonly number[]): ScoredProbe {
    const { posteriors, testable, cached } = this.market;
    const chance = local < 0 ? 1 : testable[local]!;
    const atHand = local >= 0 && cached[local] === 1;
    const bad = posteriors.map(() => 0);
    this.classes.forEach((each, i) => (bad[each.regression]! += reached[i]! + each.always));
    let best = { repeats: 1, bits: 0, cost: this.cost(atHand, posteriors.length), score: 0 };
    for (const repeat of this.repeats) {
      let bits = 0;
      let runs = 0;
      let repeats = 1;
      this.classes.forEach(({ regression, total, always }, i) => {
        const tables = this.tables[regression]!;
        const planned = tables[Math.min(repeat, tables.length - 1)]!.repeats;
        const { rates } = posteriors[regression]!;
        const share = (reached[i]! + always) / total;
        bits += total * exactBits(share, rates, planned);
        runs += total * exactExpectedRuns(share, rates, planned);
        repeats = Math.max(repeats, planned);
      });
      const cost = this.cost(atHand, runs);
      const score = rounded((chance * bits) / cost);
      if (score > best.score) best = { repeats, bits: chance * bits, cost, score };
    }
    return { node, local, ...best, testable: chance, bad, preferred: null };
  }

  private bestTable(tables: readonly RunInformation[], cached: boolean): Float64Array {
    const best = new Float64Array(tables[0]!.bits.length);
    for (const repeat of this.repeats) {
      const table = tables[Math.min(repeat, tables.length - 1)]!;
      for (let i = 0; i < best.length; i++)
        best[i] = Math.max(best[i]!, table.bits[i]! / this.cost(cached, table.expectedRuns[i]!));
    }
    return best;
  }

  private cost(cached: boolean, runs: number): number {
    const { build, boot, run } = this.market.costs;
    // Nothing is for free: with a cost of zero, the rounding errors of a version that tells nothing would win.
    return Math.max((cached ? 0 : build) + boot + run * runs, LEAST_COST_SHARE * (build + boot + run));
  }
}
