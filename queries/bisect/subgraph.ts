import type { VersionGraph } from './graph.ts';

/** A part of a history with its own dense numbering, in the order of the whole; parents outside of it are cut off. */
export interface Subgraph {
  readonly size: number;
  readonly parentStart: Uint32Array;
  readonly parentList: Uint32Array;
  /** The node of the whole history behind each node of the part. */
  readonly nodeOf: Uint32Array;
  /** The node of the part for each node of the whole, or -1. */
  readonly localOf: Int32Array;
}

/** Cuts out the nodes that `keep` marks. With `firstParentOnly`, edges to further parents are dropped too. */
export function subgraphOf(graph: VersionGraph, keep: Uint8Array, firstParentOnly = false): Subgraph {
  const localOf = new Int32Array(graph.size).fill(-1);
  let size = 0;
  let edges = 0;
  for (let v = 0; v < graph.size; v++) {
    if (keep[v] === 0) continue;
    localOf[v] = size++;
    edges += graph.parentStart[v + 1]! - graph.parentStart[v]!;
  }
  const nodeOf = new Uint32Array(size);
  const parentStart = new Uint32Array(size + 1);
  const parentList = new Uint32Array(edges);
  let edge = 0;
  for (let v = 0; v < graph.size; v++) {
    const local = localOf[v]!;
    if (local < 0) continue;
    nodeOf[local] = v;
    const from = graph.parentStart[v]!;
    const end = graph.parentStart[v + 1]!;
    const until = firstParentOnly ? Math.min(end, from + 1) : end;
    for (let e = from; e < until; e++) {
      const parent = localOf[graph.parentList[e]!]!;
      if (parent >= 0) parentList[edge++] = parent;
    }
    parentStart[local + 1] = edge;
  }
  return { size, parentStart, parentList: parentList.slice(0, edge), nodeOf, localOf };
}
