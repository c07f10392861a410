import type { Chains } from './chains.ts';
import { addTo } from '../../../store/grouping.ts';

/** Which of up to 32 probes each node is an ancestor of (or is itself): one bit a probe. */
export type DescendantMasks = Int32Array;

/**
 * Marks for every node which probes contain it. A probe is given by the nodes through which it reaches into the
 * range (see `entriesInto`); none: it contains no candidate. At most 32 probes a call.
 */
export function descendantMasks(chains: Chains, probes: readonly (readonly number[])[]): DescendantMasks {
  const masks = new Int32Array(chains.members.length);
  sweepDown(chains, probes, (mask, from, end) => {
    for (let slot = from; slot < end; slot++) masks[chains.members[slot]!] = mask;
  });
  return masks;
}

/**
 * Sums exactly, for up to 32 nodes of the range, the weights of their ancestors, themselves included; one row a
 * weighting.
 */
export function massesOfAncestors(
  chains: Chains,
  weightings: readonly Float64Array[],
  nodes: readonly number[],
): Float64Array[] {
  const rows = weightings.map(() => new Float64Array(nodes.length));
  const sums = weightings.map(() => 0);
  let sumsMask = 0;
  const flush = (): void => {
    rows.forEach((row, w) => {
      for (let rest = sumsMask; rest !== 0; rest &= rest - 1) row[31 - Math.clz32(rest & -rest)]! += sums[w]!;
      sums[w] = 0;
    });
  };
  sweepDown(
    chains,
    nodes.map((node) => [node]),
    (mask, from, end) => {
      // Neighbours mostly have the same mask, and then their sum is added once.
      if (mask !== sumsMask) flush();
      sumsMask = mask;
      weightings.forEach((weights, w) => {
        let sum = 0;
        for (let slot = from; slot < end; slot++) sum += weights[chains.members[slot]!]!;
        sums[w]! += sum;
      });
    },
  );
  flush();
  return rows;
}

/** Visits runs of chain members (as slots) that the same probes contain, newest first; not those that none does. */
function sweepDown(
  chains: Chains,
  probes: readonly (readonly number[])[],
  visit: (mask: number, fromSlot: number, endSlot: number) => void,
): void {
  const { chainOf, chainStart, slotOf, parentStart, parentList } = chains;
  const entriesOfChain = new Map<number, { slot: number; bit: number }[]>();
  probes.forEach((entries, index) => {
    for (const node of entries) {
      const chain = chainOf[node]!;
      addTo(entriesOfChain, chain, { slot: slotOf[node]!, bit: 1 << index });
    }
  });
  for (const inChain of entriesOfChain.values()) inChain.sort((a, b) => b.slot - a.slot);
  const fromAbove = new Int32Array(chains.count);
  for (let c = chains.count - 1; c >= 0; c--) {
    let mask = fromAbove[c]!;
    let end = chainStart[c + 1]!;
    for (const { slot, bit } of entriesOfChain.get(c) ?? []) {
      if (mask !== 0 && slot + 1 < end) visit(mask, slot + 1, end);
      mask |= bit;
      end = slot + 1;
    }
    if (mask === 0) continue;
    visit(mask, chainStart[c]!, end);
    for (let e = parentStart[c]!; e < parentStart[c + 1]!; e++) fromAbove[parentList[e]!]! |= mask;
  }
}
