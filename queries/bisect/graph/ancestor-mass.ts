import type { Chains } from './chains.ts';

/** More than this many pairs of (weighted chain, chain) cost more than a third of a second: sample instead. */
const EXACT_PAIRS = 1.5e9;
const SAMPLES = 256;

/** The mass of the ancestor set of each node, the node itself included, for one weighting of the nodes. */
export interface AncestorMasses {
  /** By node. Exact, or within about 1/256 of the total where `exact` is false. */
  readonly mass: Float64Array;
  readonly exact: boolean;
}

/**
 * Computes, for each weighting of the nodes, the mass of every node's ancestor set. Merges make this more than a
 * sum over parents, so reachability is swept in blocks of 32 columns, one bit each. Where the exact sweep would
 * take too long (`exactPairs`), each weighting is represented by 256 systematic samples of itself.
 */
export function ancestorMasses(
  chains: Chains,
  weightings: readonly Float64Array[],
  exactPairs: number = EXACT_PAIRS,
): AncestorMasses[] {
  const perChain = weightings.map((weights) => chainWeights(chains, weights));
  const live = weightedChains(perChain, chains.count).length;
  const exact = live * chains.count * (1 + weightings.length) <= 2 * exactPairs || live <= SAMPLES;
  const strict = exact
    ? strictAncestorMasses(chains, perChain)
    : perChain.map((weights) => strictAncestorMasses(chains, [systematicSamples(weights)])[0]!);
  return weightings.map((weights, w) => ({ mass: spreadOverMembers(chains, weights, strict[w]!), exact }));
}

function chainWeights(chains: Chains, weights: Float64Array): Float64Array {
  const sums = new Float64Array(chains.count);
  for (let c = 0; c < chains.count; c++) {
    let sum = 0;
    for (let slot = chains.chainStart[c]!; slot < chains.chainStart[c + 1]!; slot++)
      sum += weights[chains.members[slot]!]!;
    sums[c] = sum;
  }
  return sums;
}

/** Replaces weights by equal samples at regular distances of the cumulated mass; the total stays. */
function systematicSamples(weights: Float64Array): Float64Array {
  let total = 0;
  for (const weight of weights) total += weight;
  const step = total / SAMPLES;
  const sampled = new Float64Array(weights.length);
  let cumulated = 0;
  let drawn = 0;
  for (let c = 0; c < weights.length && drawn < SAMPLES; c++) {
    cumulated += weights[c]!;
    while (drawn < SAMPLES && (drawn + 0.5) * step < cumulated) {
      sampled[c]! += step;
      drawn++;
    }
  }
  return sampled;
}

/** Adds each chain's own mass, from its oldest member on, to what its head reaches outside of the chain. */
function spreadOverMembers(chains: Chains, weights: Float64Array, strict: Float64Array): Float64Array {
  const mass = new Float64Array(weights.length);
  for (let c = 0; c < chains.count; c++) {
    let sum = strict[c]!;
    for (let slot = chains.chainStart[c]!; slot < chains.chainStart[c + 1]!; slot++) {
      const node = chains.members[slot]!;
      sum += weights[node]!;
      mass[node] = sum;
    }
  }
  return mass;
}

/** Lists the chains that have weight in any weighting. */
function weightedChains(weightings: readonly Float64Array[], count: number): Uint32Array {
  const weighted = new Uint8Array(count);
  for (const weights of weightings) for (let c = 0; c < count; c++) if (weights[c]! > 0) weighted[c] = 1;
  let size = 0;
  const chains = new Uint32Array(count);
  for (let c = 0; c < count; c++) if (weighted[c] === 1) chains[size++] = c;
  return chains.subarray(0, size);
}

/** Sums, for each chain, the weights of all other chains that it descends from. */
function strictAncestorMasses(chains: Chains, weightings: readonly Float64Array[]): Float64Array[] {
  const { count, parentStart, parentList } = chains;
  const columns = weightedChains(weightings, count);
  const sums = weightings.map(() => new Float64Array(count));
  const reached = new Int32Array(count);
  const ownBit = new Int32Array(count);
  const strictMask = new Int32Array(count);
  for (let block = 0; block < columns.length; block += 32) {
    const width = Math.min(32, columns.length - block);
    const first = columns[block]!;
    // No row before the first column of the block reaches any of it.
    reached.fill(0, 0, first);
    for (let i = 0; i < width; i++) ownBit[columns[block + i]!] = 1 << i;
    if (weightings.length === 1) {
      // The usual case, in one pass.
      const tables = byteTables(weightings[0]!, columns, block, width);
      const total = sums[0]!;
      for (let row = first; row < count; row++) {
        let mask = 0;
        for (let e = parentStart[row]!; e < parentStart[row + 1]!; e++) mask |= reached[parentList[e]!]!;
        reached[row] = mask | ownBit[row]!;
        if (mask !== 0) total[row]! += maskedSum(tables, mask);
      }
    } else {
      for (let row = first; row < count; row++) {
        let mask = 0;
        for (let e = parentStart[row]!; e < parentStart[row + 1]!; e++) mask |= reached[parentList[e]!]!;
        strictMask[row] = mask;
        reached[row] = mask | ownBit[row]!;
      }
      for (let w = 0; w < weightings.length; w++) {
        const tables = byteTables(weightings[w]!, columns, block, width);
        const total = sums[w]!;
        for (let row = first; row < count; row++)
          if (strictMask[row] !== 0) total[row]! += maskedSum(tables, strictMask[row]!);
      }
    }
    for (let i = 0; i < width; i++) ownBit[columns[block + i]!] = 0;
  }
  return sums;
}

/** Tabulates the weight of every set of columns within each of the four bytes of a mask. */
function byteTables(weights: Float64Array, columns: Uint32Array, block: number, width: number): Float64Array {
  const tables = new Float64Array(4 * 256);
  for (let byte = 0; byte < 4; byte++)
    for (let set = 1; set < 256; set++) {
      const lowest = 31 - Math.clz32(set & -set);
      const column = byte * 8 + lowest;
      const weight = column < width ? weights[columns[block + column]!]! : 0;
      tables[byte * 256 + set] = tables[byte * 256 + (set & (set - 1))]! + weight;
    }
  return tables;
}

function maskedSum(tables: Float64Array, mask: number): number {
  return (
    tables[mask & 255]! +
    tables[256 + ((mask >>> 8) & 255)]! +
    tables[512 + ((mask >>> 16) & 255)]! +
    tables[768 + (mask >>> 24)]!
  );
}
