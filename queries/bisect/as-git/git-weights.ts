import { ancestorMasses } from '../graph/ancestor-mass.ts';
import { foldIntoChains } from '../graph/chains.ts';
import { listAsGit, type GitRange } from './git-order.ts';
import type { VersionGraph } from '../graph/graph.ts';
import { subgraphOf } from '../graph/subgraph.ts';

/**
 * The counting of `do_find_bisection()` in git's bisect.c. How many commits each reaches is found in one bitset
 * sweep; the order in which git would have counted them still decides which half-way point it takes.
 */
export interface GitWeights {
  /** The range, oldest first as in git's reversed list. */
  readonly order: Uint32Array;
  /** By place in `order`: 1 for commits that change nothing under the paths, which are never chosen. */
  readonly unchanged: Uint8Array;
  /** How many commits that count each reaches, itself included; -1 where git stops before it has counted them. */
  readonly weights: Float64Array;
  /** How many commits of the range count. */
  readonly all: number;
  /** The place of the half-way point at which git stops to count; undefined: it counts all. */
  readonly halfWay: number | undefined;
}

const WEIGHT_FROM_PARENT = -1;
const WEIGHT_OF_MERGE = -2;

/** Counts what each commit of a range reaches, `until` the first half-way point or to the end. */
export function weighAsGit(graph: VersionGraph, range: GitRange, until: 'half-way' | 'end'): GitWeights {
  const { order, unchanged, reached, parentsInRange, parentPlace } = reachedInRange(graph, range);
  const all = unchanged.reduce((count, flag) => count - flag, order.length);
  const weights = new Float64Array(order.length);
  let counted = 0;
  for (let index = 0; index < order.length; index++) {
    if (parentsInRange[index]! > 0)
      weights[index] = parentsInRange[index] === 1 ? WEIGHT_FROM_PARENT : WEIGHT_OF_MERGE;
    else if (unchanged[index] === 0) {
      weights[index] = 1;
      counted++;
    }
  }
  const stopsAt = (index: number): boolean =>
    until === 'half-way' && unchanged[index] === 0 && isHalfWay(weights[index]!, all);
  const counting = { order, unchanged, weights, all };
  for (let index = 0; index < order.length; index++) {
    if (weights[index] !== WEIGHT_OF_MERGE) continue;
    weights[index] = reached[index]!;
    if (stopsAt(index)) return { ...counting, halfWay: index };
    counted++;
  }
  // More than one pass is needed only where dates put a child before its parent.
  while (counted < all)
    for (let index = 0; index < order.length; index++) {
      if (weights[index]! >= 0 || weights[parentPlace[index]!]! < 0) continue;
      weights[index] = reached[index]!;
      if (unchanged[index] === 0) counted++;
      if (stopsAt(index)) return { ...counting, halfWay: index };
    }
  return { ...counting, halfWay: undefined };
}

/** `approx_halfway()`: exact for small ranges, within 0.1% of half for large ones. */
function isHalfWay(reaches: number, all: number): boolean {
  const difference = Math.abs(2 * reaches - all);
  return difference <= 1 || difference < Math.trunc(all / 1024);
}

interface ReachedInRange {
  readonly order: Uint32Array;
  readonly unchanged: Uint8Array;
  readonly reached: Float64Array;
  /** How many parents of each lie in the range. */
  readonly parentsInRange: Uint32Array;
  /** The place in `order` of the first such parent, or -1. */
  readonly parentPlace: Int32Array;
}

function reachedInRange(graph: VersionGraph, range: GitRange): ReachedInRange {
  const list = listAsGit(graph, range);
  const order = list.nodes.toReversed();
  const keep = new Uint8Array(graph.size);
  for (const node of order) keep[node] = 1;
  const part = subgraphOf(graph, keep, list.follows);
  const counts = Float64Array.from(part.nodeOf, (node) => 1 - list.unchanged[node]!);
  const [reached] = ancestorMasses(foldIntoChains(part), [counts], Infinity);
  const place = new Int32Array(part.size);
  for (const [index, node] of order.entries()) place[part.localOf[node]!] = index;
  const found: ReachedInRange = {
    order,
    unchanged: Uint8Array.from(order, (node) => list.unchanged[node]!),
    reached: new Float64Array(order.length),
    parentsInRange: new Uint32Array(order.length),
    parentPlace: new Int32Array(order.length).fill(-1),
  };
  for (const [index, node] of order.entries()) {
    const local = part.localOf[node]!;
    found.reached[index] = reached!.mass[local]!;
    const from = part.parentStart[local]!;
    found.parentsInRange[index] = part.parentStart[local + 1]! - from;
    if (found.parentsInRange[index] > 0) found.parentPlace[index] = place[part.parentList[from]!]!;
  }
  return found;
}
