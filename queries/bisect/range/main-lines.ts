import type { VersionGraph } from '../graph/graph.ts';

/** Gives a version and its first parent, that one's, and so on, youngest first. */
export function* mainLineOf(graph: VersionGraph, tip: number): Generator<number> {
  for (let v = tip; ; v = graph.parentList[graph.parentStart[v]!]!) {
    yield v;
    if (graph.parentStart[v] === graph.parentStart[v + 1]) return;
  }
}

/** Marks the main lines of some versions. */
export function markMainLines(graph: VersionGraph, tips: readonly number[]): Uint8Array {
  const marks = new Uint8Array(graph.size);
  for (const tip of tips) for (const node of mainLineOf(graph, tip)) marks[node] = 1;
  return marks;
}

/**
 * Finds what versions on these main lines contain of other ones beside what their first parents contain: a stable branch that takes
 * another one in by a merge has all that broke there. Of each such version the last nodes that are kept of what it takes in.
 *
 * @param keep marks the versions on main lines that count; what they contain of the others is not looked for.
 */
export function takenInBetween(
  graph: VersionGraph,
  tips: readonly number[],
  keep: Uint8Array,
): ReadonlyMap<number, readonly number[]> {
  const taken = new Map<number, number[]>();
  if (tips.length < 2) return taken;
  const { parentStart, parentList, size } = graph;
  for (const tip of new Set(tips)) {
    // By node: the last of this line that it contains. Later ones have higher numbers, and contain those before.
    const last = new Int32Array(size).fill(-1);
    const line = new Uint8Array(size);
    for (const node of mainLineOf(graph, tip)) line[node] = 1;
    for (let v = 0; v < size; v++) {
      let found = -1;
      for (let e = parentStart[v]!; e < parentStart[v + 1]!; e++)
        found = Math.max(found, last[parentList[e]!]!);
      const byFirst = parentStart[v] === parentStart[v + 1] ? -1 : last[parentList[parentStart[v]!]!]!;
      if (keep[v] === 1 && line[v] === 0 && found > byFirst && keep[found] === 1)
        taken.set(v, [...new Set([...(taken.get(v) ?? []), found])]);
      last[v] = line[v] === 1 ? v : found;
    }
  }
  return taken;
}
