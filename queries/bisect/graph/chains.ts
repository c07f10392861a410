/**
 * A history folded into chains: maximal runs of nodes in which each has the one before as its only parent and is
 * that one's only child. Whoever reaches into a chain from outside reaches all of it, so everything that is asked
 * of ancestor sets can be asked of chains, of which there are half to a tenth as many as commits.
 */
export interface Chains {
  readonly count: number;
  /** The chain of each node. Chains are numbered so that parents come before children. */
  readonly chainOf: Uint32Array;
  /** The nodes of chain c, oldest first, are `members[chainStart[c]] .. members[chainStart[c + 1] - 1]`. */
  readonly chainStart: Uint32Array;
  readonly members: Uint32Array;
  /** The place of each node in `members`. */
  readonly slotOf: Uint32Array;
  readonly parentStart: Uint32Array;
  readonly parentList: Uint32Array;
}

/** Folds a history (rows in topological order, parents first) into chains. */
export function foldIntoChains(history: {
  readonly size: number;
  readonly parentStart: Uint32Array;
  readonly parentList: Uint32Array;
}): Chains {
  const { size, parentStart, parentList } = history;
  const children = new Uint32Array(size);
  for (const parent of parentList) children[parent]! += 1;
  const chainOf = new Uint32Array(size);
  const length = new Uint32Array(size);
  const heads = new Uint32Array(size);
  let count = 0;
  for (let v = 0; v < size; v++) {
    const from = parentStart[v]!;
    const only = parentStart[v + 1]! - from === 1 ? parentList[from]! : -1;
    const chain = only >= 0 && children[only] === 1 ? chainOf[only]! : count;
    if (chain === count) heads[count++] = v;
    chainOf[v] = chain;
    length[chain]! += 1;
  }
  const chainStart = new Uint32Array(count + 1);
  for (let c = 0; c < count; c++) chainStart[c + 1] = chainStart[c]! + length[c]!;
  const next = chainStart.slice(0, count);
  const members = new Uint32Array(size);
  const slotOf = new Uint32Array(size);
  for (let v = 0; v < size; v++) {
    const slot = next[chainOf[v]!]!++;
    members[slot] = v;
    slotOf[v] = slot;
  }
  const chainParentStart = new Uint32Array(count + 1);
  const chainParents = new Uint32Array(parentList.length);
  let edge = 0;
  for (let c = 0; c < count; c++) {
    const head = heads[c]!;
    // A parent of a head is always the last of its chain: it has another child, or its child has another parent.
    for (let e = parentStart[head]!; e < parentStart[head + 1]!; e++)
      chainParents[edge++] = chainOf[parentList[e]!]!;
    chainParentStart[c + 1] = edge;
  }
  return {
    count,
    chainOf,
    chainStart,
    members,
    slotOf,
    parentStart: chainParentStart,
    parentList: chainParents.slice(0, edge),
  };
}
