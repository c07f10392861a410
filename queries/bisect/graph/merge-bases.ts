import { DateQueue } from './date-queue.ts';
import type { VersionGraph } from './graph.ts';

/**
 * Finds the merge bases of one node with a set of others (seen as if merged into one): the common ancestors that
 * no other common ancestor descends from. Newest committer date first; those of one second in the order in which
 * git meets them, which depends on the order of the others and on what the clone has of a commit-graph. Follows git's
 * commit-reach.c. What git reads on the way is marked in `read`.
 */
export function mergeBases(
  graph: VersionGraph,
  node: number,
  others: readonly number[],
  read: Uint8Array = new Uint8Array(graph.size),
): number[] {
  if (others.includes(node)) return [node];
  // Sorting is stable, as it is in git.
  const newestFirst = (nodes: number[]): number[] =>
    nodes.sort((a, b) => graph.committedAtS[b]! - graph.committedAtS[a]!);
  const { met, flags } = paintDown(graph, node, others, read);
  const found = newestFirst(met.filter((v) => (flags[v]! & STALE) === 0));
  // Where dates are skewed, a base may be met before one that descends from it.
  const redundant = new Set<number>();
  for (const base of found) {
    const rest = found.filter((v) => v !== base && !redundant.has(v));
    if (redundant.has(base) || rest.length === 0) continue;
    const among = paintDown(graph, base, rest, read).flags;
    if ((among[base]! & OF_OTHERS) !== 0) redundant.add(base);
    for (const v of rest) if ((among[v]! & OF_NODE) !== 0) redundant.add(v);
  }
  return found.filter((v) => !redundant.has(v));
}

/** git's generation number, version 2: the date, or where a parent's is not older, one second more than that. */
function correctedDates(graph: VersionGraph): Float64Array | undefined {
  if (graph.hasCorrectedDates !== true) return undefined;
  const corrected = graph.committedAtS.slice();
  for (let v = 0; v < graph.size; v++)
    for (let e = graph.parentStart[v]!; e < graph.parentStart[v + 1]!; e++)
      corrected[v] = Math.max(corrected[v]!, corrected[graph.parentList[e]!]! + 1);
  return corrected;
}

const OF_NODE = 1;
const OF_OTHERS = 2;
const STALE = 4;

/** Walks down by date from both sides, as `paint_down_to_common()`, until all that waits lies below what was met. */
function paintDown(
  graph: VersionGraph,
  node: number,
  others: readonly number[],
  read: Uint8Array,
): { readonly met: number[]; readonly flags: Uint8Array } {
  const flags = new Uint8Array(graph.size);
  const waiting = new Uint8Array(graph.size);
  const queue = new DateQueue(graph.committedAtS, correctedDates(graph));
  let openCount = 0;
  const put = (v: number, more: number): void => {
    read[v] = 1;
    const before = flags[v]!;
    flags[v] = before | more;
    if (waiting[v] === 1) {
      if ((before & STALE) === 0 && (more & STALE) !== 0) openCount--;
      return;
    }
    waiting[v] = 1;
    if ((flags[v] & STALE) === 0) openCount++;
    queue.push(v);
  };
  put(node, OF_NODE);
  for (const other of others) put(other, OF_OTHERS);
  const met = new Set<number>();
  while (openCount > 0) {
    const v = queue.pop()!;
    waiting[v] = 0;
    let passed = flags[v]!;
    if ((passed & STALE) === 0) openCount--;
    if (passed === (OF_NODE | OF_OTHERS)) {
      met.add(v);
      passed |= STALE;
    }
    // What was left already and is met from the other side goes through the queue once more.
    for (let e = graph.parentStart[v]!; e < graph.parentStart[v + 1]!; e++) {
      const parent = graph.parentList[e]!;
      if ((flags[parent]! & passed) !== passed) put(parent, passed);
    }
  }
  return { met: [...met], flags };
}
