import { BisectError } from './bisect-error.ts';
import { namesFromStrings, type VersionNames } from './version-names.ts';

/**
 * A history as compressed sparse rows: commits of a clone, recorded changes, or releases. Nodes are numbered in
 * the canonical order (topological level, then name): parents come before children, and the order depends on the
 * history alone and not on where it was read from, so that every later choice is the same on every machine.
 */
export interface VersionGraph {
  readonly size: number;
  readonly names: VersionNames;
  /** The parents of node v are `parentList[parentStart[v]] .. parentList[parentStart[v + 1] - 1]`, first parent first. */
  readonly parentStart: Uint32Array;
  readonly parentList: Uint32Array;
  /** Committer dates in seconds since 1970; zeros where nobody knows them. Only git's own order needs them. */
  readonly committedAtS: Float64Array;
  /** It comes from a commit-graph of git with corrected dates, which git's walk for merge bases goes by. */
  readonly hasCorrectedDates?: boolean;
}

/** One node of a history as plain data. A parent that is not in the list is taken as cut off (shallow clone). */
export interface VersionRecord {
  readonly name: string;
  readonly parents: readonly string[];
  readonly committedAtS?: number;
}

/** Builds a graph of plain records in any order. Throws a `BisectError` for a name given twice and for a cycle. */
export function graphFromRecords(records: readonly VersionRecord[]): VersionGraph {
  const sorted = records.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const rank = new Map<string, number>();
  for (const [index, record] of sorted.entries()) {
    if (rank.has(record.name))
      throw new BisectError('duplicate-version', `the version ${record.name} is given twice`, {
        version: record.name,
      });
    rank.set(record.name, index);
  }
  const parentStart = new Uint32Array(sorted.length + 1);
  const parents: number[] = [];
  const committedAtS = new Float64Array(sorted.length);
  for (const [index, record] of sorted.entries()) {
    for (const parent of record.parents) {
      const parentRank = rank.get(parent);
      if (parentRank !== undefined) parents.push(parentRank);
    }
    parentStart[index + 1] = parents.length;
    committedAtS[index] = record.committedAtS ?? 0;
  }
  const names = sorted.map((record) => record.name);
  const layout: RankedHistory = { parentStart, parentList: Uint32Array.from(parents), committedAtS };
  return inCanonicalOrder(layout, (rankAt) => namesFromStrings(Array.from(rankAt, (r) => names[r]!)));
}

/** Builds the graph of a list without branches (releases, changes of one line), oldest first. */
export function graphFromChain(names: readonly string[]): VersionGraph {
  return graphFromRecords(
    names.map((name, index) => ({
      name,
      parents: index === 0 ? [] : [names[index - 1]!],
      committedAtS: index,
    })),
  );
}

/** A history whose nodes are numbered by the order of their names. */
export interface RankedHistory {
  readonly parentStart: Uint32Array;
  readonly parentList: Uint32Array;
  readonly committedAtS: Float64Array;
}

/**
 * Renumbers a history into canonical order. `makeNames` is given the name rank of each node in the new order and
 * the inverse of that. Throws a `BisectError` with code `cycle` when there is no topological order.
 */
export function inCanonicalOrder(
  history: RankedHistory,
  makeNames: (rankAt: Uint32Array, nodeAtRank: Uint32Array) => VersionNames,
): VersionGraph {
  const size = history.parentStart.length - 1;
  const level = topologicalLevels(history);
  let deepest = 0;
  for (let v = 0; v < size; v++) deepest = Math.max(deepest, level[v]!);
  // A counting sort by level is stable, so that equal levels stay in the order of their names.
  const slot = new Uint32Array(deepest + 2);
  for (let v = 0; v < size; v++) slot[level[v]! + 1]! += 1;
  for (let l = 0; l <= deepest; l++) slot[l + 1]! += slot[l]!;
  const rankAt = new Uint32Array(size);
  const nodeAtRank = new Uint32Array(size);
  for (let v = 0; v < size; v++) {
    const node = slot[level[v]!]!++;
    rankAt[node] = v;
    nodeAtRank[v] = node;
  }
  const parentStart = new Uint32Array(size + 1);
  const parentList = new Uint32Array(history.parentList.length);
  const committedAtS = new Float64Array(size);
  let edge = 0;
  for (let node = 0; node < size; node++) {
    const v = rankAt[node]!;
    for (let e = history.parentStart[v]!; e < history.parentStart[v + 1]!; e++)
      parentList[edge++] = nodeAtRank[history.parentList[e]!]!;
    parentStart[node + 1] = edge;
    committedAtS[node] = history.committedAtS[v]!;
  }
  return { size, names: makeNames(rankAt, nodeAtRank), parentStart, parentList, committedAtS };
}

/** Gives each node the length of the longest path from a root to it (roots: 0). */
function topologicalLevels({ parentStart, parentList }: RankedHistory): Uint32Array {
  const size = parentStart.length - 1;
  const { childStart, childList } = childrenOf(parentStart, parentList);
  const waiting = new Uint32Array(size);
  const level = new Uint32Array(size);
  const queue = new Uint32Array(size);
  let tail = 0;
  for (let v = 0; v < size; v++) {
    waiting[v] = parentStart[v + 1]! - parentStart[v]!;
    if (waiting[v] === 0) queue[tail++] = v;
  }
  for (let head = 0; head < tail; head++) {
    const v = queue[head]!;
    for (let e = childStart[v]!; e < childStart[v + 1]!; e++) {
      const child = childList[e]!;
      if (level[child]! <= level[v]!) level[child] = level[v]! + 1;
      waiting[child]! -= 1;
      if (waiting[child] === 0) queue[tail++] = child;
    }
  }
  if (tail < size)
    throw new BisectError(
      'cycle',
      `the history is not acyclic: ${size - tail} versions are their own ancestors`,
      {
        versions: size - tail,
      },
    );
  return level;
}

/** Turns the parent rows of a history around into child rows; children of a node come in ascending order. */
function childrenOf(
  parentStart: Uint32Array,
  parentList: Uint32Array,
): { readonly childStart: Uint32Array; readonly childList: Uint32Array } {
  const size = parentStart.length - 1;
  const childStart = new Uint32Array(size + 1);
  for (const parent of parentList) childStart[parent + 1]! += 1;
  for (let v = 0; v < size; v++) childStart[v + 1]! += childStart[v]!;
  const next = childStart.slice(0, size);
  const childList = new Uint32Array(parentList.length);
  for (let v = 0; v < size; v++)
    for (let e = parentStart[v]!; e < parentStart[v + 1]!; e++) childList[next[parentList[e]!]!++] = v;
  return { childStart, childList };
}

/** Finds the node that has a name. Throws a `BisectError` with code `unknown-version` when there is none. */
export function nodeNamed(graph: VersionGraph, name: string): number {
  const node = graph.names.indexOf(name);
  if (node < 0)
    throw new BisectError(
      'unknown-version',
      `the version ${name} is not in the history; fetch it or check the name`,
      {
        version: name,
      },
    );
  return node;
}

/** Marks the given nodes and all their ancestors with 1. */
export function markAncestors(graph: VersionGraph, nodes: readonly number[]): Uint8Array {
  const marked = new Uint8Array(graph.size);
  let highest = -1;
  for (const node of nodes) {
    marked[node] = 1;
    highest = Math.max(highest, node);
  }
  // Parents have smaller numbers than children: one downward sweep reaches everything.
  for (let v = highest; v >= 0; v--) {
    if (marked[v] === 0) continue;
    for (let e = graph.parentStart[v]!; e < graph.parentStart[v + 1]!; e++) marked[graph.parentList[e]!] = 1;
  }
  return marked;
}

/** Marks the given nodes and all their descendants with 1. */
export function markDescendants(graph: VersionGraph, nodes: Iterable<number>): Uint8Array {
  const marked = new Uint8Array(graph.size);
  let lowest = graph.size;
  for (const node of nodes) {
    marked[node] = 1;
    lowest = Math.min(lowest, node);
  }
  // The same upwards: a child comes after its parents.
  for (let v = lowest; v < graph.size; v++)
    for (let e = graph.parentStart[v]!; marked[v] === 0 && e < graph.parentStart[v + 1]!; e++)
      marked[v] = marked[graph.parentList[e]!]!;
  return marked;
}
