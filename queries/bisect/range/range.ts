import { BisectError } from '../graph/bisect-error.ts';
import { foldIntoChains, type Chains } from '../graph/chains.ts';
import { markAncestors, markDescendants, type VersionGraph } from '../graph/graph.ts';
import { mergeBases } from '../graph/merge-bases.ts';
import { subgraphOf, type Subgraph } from '../graph/subgraph.ts';
import { mainLineOf, markMainLines, takenInBetween } from './main-lines.ts';

/** The versions between the ends of a search: ancestors of a bad end that no good end contains. */
export interface CandidateRange {
  readonly graph: VersionGraph;
  /** Nodes of `graph`. */
  readonly goods: readonly number[];
  readonly bads: readonly number[];
  readonly part: Subgraph;
  readonly chains: Chains;
  /** 1 for the nodes of `part` on the first-parent line of a bad end. */
  readonly mainline: Uint8Array;
  /** Nodes of `graph` to test first, because a good end is no ancestor of every bad end. */
  readonly mergeBases: readonly number[];
}

/**
 * Cuts the candidates out of a history. Throws a `BisectError` when there is no bad end or nothing lies between
 * the ends.
 */
export function candidateRange(
  graph: VersionGraph,
  goods: readonly number[],
  bads: readonly number[],
  firstParentOnly = false,
): CandidateRange {
  if (bads.length === 0)
    throw new BisectError('no-bad-end', 'a search needs a version that is known to be bad');
  const keep = firstParentOnly ? markMainLines(graph, bads) : markAncestors(graph, bads);
  const good = markAncestors(graph, goods);
  let size = 0;
  for (let v = 0; v < graph.size; v++) {
    if (good[v] === 1) keep[v] = 0;
    size += keep[v]!;
  }
  if (size === 0) {
    const both = bads.find((bad) => goods.includes(bad));
    if (both !== undefined)
      throw new BisectError('ends-are-one', `${graph.names.at(both)} is both the good end and the bad end`);
    throw new BisectError('no-candidates', 'what is bad is contained in what is good: nothing lies between');
  }
  const part = firstParentOnly
    ? subgraphOf(
        graph,
        keep,
        (node, edge) => edge === graph.parentStart[node],
        takenInBetween(graph, bads, keep),
      )
    : subgraphOf(graph, keep);
  const mainline = new Uint8Array(part.size);
  for (const bad of bads)
    for (const node of mainLineOf(graph, bad))
      if (part.localOf[node]! >= 0) mainline[part.localOf[node]!] = 1;
  const bases = new Set(bads.flatMap((bad) => basesToTest(graph, bad, goods)));
  return { graph, goods, bads, part, chains: foldIntoChains(part), mainline, mergeBases: [...bases] };
}

function basesToTest(graph: VersionGraph, bad: number, goods: readonly number[]): number[] {
  if (goods.length === 0) return [];
  const contained = markAncestors(graph, [bad]);
  if (goods.every((good) => contained[good] === 1)) return [];
  return mergeBases(graph, bad, goods).filter((base) => !goods.includes(base));
}

/**
 * Gives the nodes of the range through which a node of the whole history reaches into it: itself when it lies in
 * the range, none when a good end contains it, and otherwise (a later or a sideways version) the first nodes of
 * the range on its way down.
 */
export function entriesInto(range: CandidateRange, node: number): number[] {
  const { graph, part } = range;
  if (part.localOf[node]! >= 0) return [part.localOf[node]!];
  const entries = new Set<number>();
  const seen = new Uint8Array(graph.size);
  seen[node] = 1;
  for (let v = node; v >= 0; v--) {
    if (seen[v] === 0) continue;
    for (let e = graph.parentStart[v]!; e < graph.parentStart[v + 1]!; e++) {
      const parent = graph.parentList[e]!;
      const local = part.localOf[parent]!;
      if (local >= 0) entries.add(local);
      else seen[parent] = 1;
    }
  }
  return [...entries].sort((a, b) => a - b);
}

/**
 * Gives the version of which a bad version tells what is told of itself: itself, but for one on a branch in a search of the main line. That
 * has no suspects on branches; what broke there came into the main line with the merge that has it, which must be bad as well.
 */
export function broughtInBy({ graph, goods, bads, part }: CandidateRange, node: number): number {
  if (part.localOf[node]! >= 0) return node;
  if (markAncestors(graph, goods)[node] === 1 || markAncestors(graph, bads)[node] === 0) return node;
  const above = markDescendants(graph, [node]);
  return part.nodeOf.find((other) => above[other] === 1) ?? node;
}
