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

/**
 * Cuts out the nodes that `keep` marks, with those edges (all, when left out) that `follows` lets through.
 *
 * @param further parents that kept nodes have beside those of the graph: kept nodes with lower numbers.
 */
export function subgraphOf(
  graph: VersionGraph,
  keep: Uint8Array,
  follows: (node: number, edge: number) => boolean = () => true,
  further: ReadonlyMap<number, readonly number[]> = new Map(),
): Subgraph {
  const localOf = new Int32Array(graph.size).fill(-1);
  let size = 0;
  let edges = 0;
  for (let v = 0; v < graph.size; v++) {
    if (keep[v] === 0) continue;
    localOf[v] = size++;
    edges += graph.parentStart[v + 1]! - graph.parentStart[v]! + (further.get(v)?.length ?? 0);
  }
  const nodeOf = new Uint32Array(size);
  const parentStart = new Uint32Array(size + 1);
  const parentList = new Uint32Array(edges);
  let edge = 0;
  for (let v = 0; v < graph.size; v++) {
    const local = localOf[v]!;
    if (local < 0) continue;
    nodeOf[local] = v;
    for (let e = graph.parentStart[v]!; e < graph.parentStart[v + 1]!; e++) {
      const parent = localOf[graph.parentList[e]!]!;
      if (parent >= 0 && follows(v, e)) parentList[edge++] = parent;
    }
    for (const parent of further.get(v) ?? []) parentList[edge++] = localOf[parent]!;
    parentStart[local + 1] = edge;
  }
  return { size, parentStart, parentList: parentList.slice(0, edge), nodeOf, localOf };
}
