import type { VersionGraph } from './graph.ts';

/**
 * Which commits differ from which of their parents under some paths: what git needs to know to leave the rest of a
 * history out. Of commits that nobody asked about it says that they differ.
 */
export interface PathHistory {
  /** By edge of the graph's `parentList`: 1 where the commit has under the paths what that parent has. */
  readonly sameAsParent: Uint8Array;
  /** By node: 1 for a root that has nothing under the paths. */
  readonly emptyRoot: Uint8Array;
}

/** A commit to compare with one of its parents, or (a root) with nothing. */
export interface Comparison {
  readonly commit: string;
  readonly parent: string | null;
}

/** Compares some nodes with each of their parents. `differ` says of each comparison, in order, whether the two differ. */
export async function pathHistoryOf(
  graph: VersionGraph,
  nodes: readonly number[],
  differ: (comparisons: readonly Comparison[]) => Promise<readonly boolean[]>,
): Promise<PathHistory> {
  const { names, parentStart, parentList } = graph;
  const history = { sameAsParent: new Uint8Array(parentList.length), emptyRoot: new Uint8Array(graph.size) };
  const asked: Comparison[] = [];
  const places: { readonly flags: Uint8Array; readonly at: number }[] = [];
  for (const node of nodes) {
    const commit = names.at(node);
    if (parentStart[node] === parentStart[node + 1]) {
      asked.push({ commit, parent: null });
      places.push({ flags: history.emptyRoot, at: node });
    }
    for (let e = parentStart[node]!; e < parentStart[node + 1]!; e++) {
      asked.push({ commit, parent: names.at(parentList[e]!) });
      places.push({ flags: history.sameAsParent, at: e });
    }
  }
  const answers = await differ(asked);
  for (const [index, { flags, at }] of places.entries()) if (answers[index] === false) flags[at] = 1;
  return history;
}
