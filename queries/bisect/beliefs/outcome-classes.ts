import { descendantMasks } from '../graph/descendant-masks.ts';
import type { Posterior } from './posterior.ts';
import type { CandidateRange } from '../range/range.ts';

/** Outcome classes of probes under way that are less likely than this are not told apart. */
const CLASS_FLOOR = 1e-4;

/** The hypotheses of one regression that predict the same outcome for every probe under way. */
export interface OutcomeClass {
  readonly regression: number;
  /** Posterior mass by candidate, zero outside of the class. */
  readonly weights: Float64Array;
  readonly total: number;
  /** The mass of ALWAYS, where it belongs to this class: bad whatever is tested. */
  readonly always: number;
}

/**
 * Splits what is believed of one regression by what the probes under way (each by its entries into the range) will
 * say: what they are about to tell is worth nothing twice, so a further probe is valued within each class.
 */
export function outcomeClasses(
  range: CandidateRange,
  posterior: Posterior,
  regression: number,
  underWay: readonly (readonly number[])[],
): OutcomeClass[] {
  if (underWay.length === 0)
    return [{ regression, weights: posterior.candidates, total: 1, always: posterior.always }];
  const masks = descendantMasks(range.chains, underWay);
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
