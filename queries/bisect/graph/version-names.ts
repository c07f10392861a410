/** Names of the nodes of a graph (commit hashes, release names), by index and back. */
export interface VersionNames {
  readonly size: number;
  /** Gives the name of node `index`. */
  readonly at: (index: number) => string;
  /** Gives the node that has a name, or -1. */
  readonly indexOf: (name: string) => number;
}

/** Makes a name table of strings. The index is built at the first look-up: a graph that is only walked needs none. */
export function namesFromStrings(names: readonly string[]): VersionNames {
  let indexes: Map<string, number> | null = null;
  return {
    size: names.length,
    at: (index) => names[index]!,
    indexOf: (name) => {
      indexes ??= new Map(names.map((each, index) => [each, index]));
      return indexes.get(name) ?? -1;
    },
  };
}

/**
 * Makes a name table of packed binary hashes, which takes a fifth of the memory of strings: what a graph of a
 * million commits needs. `hashes` lies in ascending order; `hashRank[node]` is the rank of a node's hash in it
 * and `nodeAtRank` its inverse.
 */
export function namesFromHashes(
  hashes: Uint8Array,
  hashBytes: number,
  hashRank: Uint32Array,
  nodeAtRank: Uint32Array,
): VersionNames {
  const hexAtRank = (rank: number): string =>
    Buffer.from(hashes.buffer, hashes.byteOffset + rank * hashBytes, hashBytes).toString('hex');
  return {
    size: hashRank.length,
    at: (index) => hexAtRank(hashRank[index]!),
    indexOf: (name) => {
      let low = 0;
      let high = hashRank.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (hexAtRank(middle) < name) low = middle + 1;
        else high = middle;
      }
      return low < hashRank.length && hexAtRank(low) === name ? nodeAtRank[low]! : -1;
    },
  };
}
