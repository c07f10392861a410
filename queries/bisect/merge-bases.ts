import { markAncestors, type VersionGraph } from './graph.ts';

/**
 * Finds the merge bases of one node with a set of others (seen as if merged into one): the common ancestors that
 * no other common ancestor descends from. Newest committer date first, as git tests them; then by name.
 */
export function mergeBases(graph: VersionGraph, node: number, others: readonly number[]): number[] {
  const below = markAncestors(graph, [node]);
  const belowOthers = markAncestors(graph, others);
  const dominated = new Uint8Array(graph.size);
  const bases: number[] = [];
  for (let v = graph.size - 1; v >= 0; v--) {
    if (below[v] === 0 || belowOthers[v] === 0) continue;
    if (dominated[v] === 0) bases.push(v);
    for (let e = graph.parentStart[v]!; e < graph.parentStart[v + 1]!; e++)
      dominated[graph.parentList[e]!] = 1;
  }
  const nameOf = graph.names.at;
  return bases.sort(
    (a, b) => graph.committedAtS[b]! - graph.committedAtS[a]! || (nameOf(a) < nameOf(b) ? -1 : 1),
  );
}
