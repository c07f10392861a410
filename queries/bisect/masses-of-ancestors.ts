import { descendantMasks } from './descendant-masks.ts';
import type { CandidateRange } from './range.ts';

/** Sums exactly, for up to 32 nodes of the range, the weights of their ancestors; one row a weighting. */
export function massesOfAncestors(
  range: CandidateRange,
  weightings: readonly Float64Array[],
  nodes: readonly number[],
): Float64Array[] {
  const masks = descendantMasks(
    range.chains,
    nodes.map((node) => [node]),
  );
  return weightings.map((weights) => {
    const sums = new Float64Array(nodes.length);
    const add = (mask: number, sum: number): void => {
      for (let rest = mask; rest !== 0; rest &= rest - 1) sums[31 - Math.clz32(rest & -rest)]! += sum;
    };
    // Neighbours mostly have the same mask, and then their sum is added once.
    let mask = 0;
    let sum = 0;
    for (let c = 0; c < weights.length; c++) {
      if (masks[c] !== mask) {
        add(mask, sum);
        mask = masks[c]!;
        sum = 0;
      }
      sum += weights[c]!;
    }
    add(mask, sum);
    return sums;
  });
}
