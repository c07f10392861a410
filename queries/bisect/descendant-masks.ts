import type { Chains } from './chains.ts';

/** Which of up to 32 probes each node is an ancestor of (or is itself): one bit a probe. */
export type DescendantMasks = Int32Array;

/**
 * Marks for every node which probes contain it. A probe is given by the nodes through which it reaches into the
 * range (see `entriesInto`); none: it contains no candidate. At most 32 probes a call.
 */
export function descendantMasks(chains: Chains, probes: readonly (readonly number[])[]): DescendantMasks {
  const fromAbove = new Int32Array(chains.count);
  const entriesOfChain = new Map<number, { slot: number; bit: number }[]>();
  probes.forEach((entries, index) => {
    for (const node of entries) {
      const chain = chains.chainOf[node]!;
      const inChain = entriesOfChain.get(chain) ?? [];
      inChain.push({ slot: chains.slotOf[node]!, bit: 1 << index });
      entriesOfChain.set(chain, inChain);
    }
  });
  const masks = new Int32Array(chains.members.length);
  for (let c = chains.count - 1; c >= 0; c--) {
    let mask = fromAbove[c]!;
    const from = chains.chainStart[c]!;
    const end = chains.chainStart[c + 1]!;
    const inChain = entriesOfChain.get(c);
    if (inChain === undefined) {
      if (mask === 0) continue;
      for (let slot = from; slot < end; slot++) masks[chains.members[slot]!] = mask;
    } else {
      for (let slot = end - 1; slot >= from; slot--) {
        for (const entry of inChain) if (entry.slot === slot) mask |= entry.bit;
        masks[chains.members[slot]!] = mask;
      }
    }
    for (let e = chains.parentStart[c]!; e < chains.parentStart[c + 1]!; e++)
      fromAbove[chains.parentList[e]!]! |= mask;
  }
  return masks;
}
