import { markAncestors } from '../graph/graph.ts';
import { netRuns, TWICE } from '../beliefs/net-runs.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import type { Search } from '../beliefs/search.ts';

/** Bad versions that no one change explains: none of them descends from another's culprit. */
export interface SeparateBreaks {
  readonly nodes: readonly number[];
  /**
   * Which version to test again: the one tested least often, of these and of the good versions that alone exclude a common suspect.
   * Null once all were tested so often that no single mistake explains it.
   */
  readonly again: number | null;
}

/**
 * Finds bad versions (two where that is enough) that have no suspect in common, though each has suspects of its own: branches that
 * broke independently. Null where there are none, and for a flaky test, whose errors explain them as well.
 */
export function separateBreaks(search: Search, each: OpenCase): SeparateBreaks | null {
  if (!each.twiceSettles) return null;
  const { graph, part } = search.range;
  const { bad, good } = netRuns(search, each);
  const spared = markAncestors(graph, [...good.keys()]);
  const { candidates } = search.priorOf(each.regression.key, true);
  const possible = Array.from(part.nodeOf).filter((_, c) => candidates[c]! > 0);
  const suspects = possible.filter((node) => spared[node] === 0);
  const nodes = [...bad.keys()].sort((a, b) => a - b);
  const below = new Map(nodes.map((node) => [node, markAncestors(graph, [search.badWith(node)])]));
  const share = (group: readonly number[]): boolean =>
    suspects.some((suspect) => group.every((node) => below.get(node)![suspect] === 1));
  // A bad version without any suspect lies below a good one.
  if (nodes.some((node) => !share([node]))) return null;
  for (let n = 1; n < nodes.length; n++) {
    const before = nodes.slice(0, n);
    if (share([...before, nodes[n]!])) continue;
    const other = before.find((node) => !share([node, nodes[n]!]));
    const apart = [...(other === undefined ? before : [other]), nodes[n]!];
    const common = possible.filter((node) => apart.every((each) => below.get(each)![node] === 1));
    const seen = [
      ...apart.map((node) => [node, bad.get(node)!] as const),
      ...aloneInSparing(search, good, common).map((node) => [node, good.get(node)!] as const),
    ];
    const [least, runs] = seen.reduce((a, b) => (b[1] < a[1] ? b : a));
    return { nodes: apart, again: runs < TWICE ? least : null };
  }
  return null;
}

/** Lists the good versions without which one of these nodes would be a suspect: no other good version contains it. */
function aloneInSparing(
  { range: { graph } }: Search,
  good: ReadonlyMap<number, number>,
  nodes: readonly number[],
): readonly number[] {
  const alone = new Map<number, number | null>();
  for (const version of good.keys()) {
    const contains = markAncestors(graph, [version]);
    for (const node of nodes) if (contains[node] === 1) alone.set(node, alone.has(node) ? null : version);
  }
  return [...new Set(alone.values())].filter((version) => version !== null).sort((a, b) => a - b);
}
