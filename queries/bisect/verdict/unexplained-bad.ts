import { markAncestors } from '../graph/graph.ts';
import { netRuns, TWICE } from '../beliefs/net-runs.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import type { Search } from '../beliefs/search.ts';

/** A bad version of which every suspect is in a version that is good. */
export interface UnexplainedBad {
  readonly node: number;
  /** The good versions that hold its suspects. */
  readonly goods: readonly number[];
  /** Which of them to test again: the one seen least; null once all were seen so often that no slip explains it. */
  readonly again: number | null;
}

/**
 * Finds a bad version that no suspect explains although it lies below no good one: of two things that are searched as one, it takes a
 * change of both; of commits that touch paths, it was another one. Null where there is none, and where the test may lie.
 */
export function unexplainedBad(search: Search, each: OpenCase): UnexplainedBad | null {
  if (!each.twiceSettles) return null;
  const { graph, part } = search.range;
  const { bad, good } = netRuns(search, each);
  const { candidates } = search.priorOf(each.regression.key, true);
  const below = new Map([...good.keys()].map((node) => [node, markAncestors(graph, [node])]));
  for (const node of [...bad.keys()].sort((a, b) => a - b)) {
    if ([...below.values()].some((ancestors) => ancestors[node] === 1)) continue;
    const contains = markAncestors(graph, [search.badWith(node)]);
    let open = Array.from(part.nodeOf).filter((other, c) => candidates[c]! > 0 && contains[other] === 1);
    const spared: number[] = [];
    while (open.length > 0) {
      const most = [...below].map(([version, ancestors]) => ({
        version,
        left: open.filter((suspect) => ancestors[suspect] === 0),
      }));
      const best = most.reduce((a, b) => (b.left.length < a.left.length ? b : a), {
        version: -1,
        left: open,
      });
      if (best.version < 0) break;
      spared.push(best.version);
      open = best.left;
    }
    if (open.length > 0 || spared.length === 0) continue;
    const seen = [
      ...spared.map((version) => [version, good.get(version)!] as const),
      [node, bad.get(node)!] as const,
    ];
    const [least, runs] = seen.reduce((a, b) => (b[1] < a[1] ? b : a));
    return { node, goods: spared, again: runs < TWICE ? least : null };
  }
  return null;
}
