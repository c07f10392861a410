import { markAncestors, markDescendants } from './graph.ts';
import { mergeBases } from './merge-bases.ts';
import type { Search } from './search.ts';
import type { RunTally, Tally } from './tally.ts';

/**
 * What a search for a fix has to know beside its ends: what works may have been repaired, or may come from before it
 * broke. A branch that left the history of the broken end early works without any fix. (git's own search takes it for
 * fixed; syzkaller met that in its fix bisections and tests merge bases against it.)
 */
export interface NeverBroken {
  /** What was seen, where versions that never were broken count as not fixed: the first fixed version is none of them. */
  readonly tally: Tally;
  /** By regression: the versions that work, and never were broken. */
  readonly versions: ReadonlyMap<string, readonly number[]>;
}

/** Finds the versions that never were broken, and counts them as not fixed. Of other searches nothing is changed. */
export function neverBroken(search: Search, tally: Tally): NeverBroken {
  const versions = new Map<string, readonly number[]>();
  if (search.problem.direction !== 'fixed') return { tally, versions };
  const runs = new Map(tally.runs);
  for (const [key, seen] of tally.runs) {
    const early = worksFromBefore(search, seen);
    if (early.length === 0) continue;
    versions.set(key, early);
    const turned = new Map(seen);
    for (const node of early) {
      const { bad, good } = seen.get(node)!;
      turned.set(node, { bad: 0, good: bad + good });
    }
    runs.set(key, turned);
  }
  return { tally: { ...tally, runs }, versions };
}

function worksFromBefore(search: Search, seen: ReadonlyMap<number, RunTally>): readonly number[] {
  const { graph, goods, bads } = search.range;
  const working = [...seen].filter(([, { bad, good }]) => bad > good).map(([node]) => node);
  if (working.length === 0 || goods.length === 0) return [];
  const wasBroken = brokenBelow(search, seen);
  const neverSeenBroken = working.filter((node) => !wasBroken(node));
  // A version that works, and from which a broken one descends: it broke after that.
  const belowEnds = markAncestors(graph, goods);
  const before = neverSeenBroken.filter((node) => belowEnds[node] === 1);
  // What has no broken version below its repaired end was not repaired there: the ends contradict one another.
  if (before.length === 0 || !bads.every(wasBroken)) return [];
  const earlier = markAncestors(graph, before);
  return neverSeenBroken.filter((node) => {
    const bases = mergeBases(graph, node, goods);
    return bases.length > 0 && bases.every((base) => earlier[base] === 1);
  });
}

/** Tells whether a version contains one that is known to be broken. */
function brokenBelow(
  search: Search,
  seen: ReadonlyMap<number, RunTally>,
  early: readonly number[] = [],
): (node: number) => boolean {
  const { graph, goods } = search.range;
  const broken = new Set(goods);
  for (const [node, { bad, good }] of seen) if (good > bad && !early.includes(node)) broken.add(node);
  const contains = markDescendants(graph, broken);
  return (node) => contains[node] === 1;
}

/**
 * Lists the versions that tell whether a likely fix repaired anything, the youngest first: where the histories of those that
 * work and speak for it leave that of the broken ends. Those that contain a version which is known to be broken were repaired.
 *
 * @param counted what was seen, with the versions that never were broken (`early`) counted as not fixed.
 */
export function basesThatTell(
  search: Search,
  counted: ReadonlyMap<number, RunTally>,
  early: readonly number[],
  fix: number,
): readonly number[] {
  const { problem, range } = search;
  const { graph, goods } = range;
  if (problem.direction !== 'fixed' || problem.firstParent === true) return [];
  const wasBroken = brokenBelow(search, counted, early);
  if (wasBroken(fix)) return [];
  const hasFix = markDescendants(graph, [fix]);
  const bases = [...counted]
    .filter(([node, { bad, good }]) => bad > good && hasFix[node] === 1 && !wasBroken(node))
    .flatMap(([node]) => mergeBases(graph, node, goods));
  return [...new Set(bases)].filter((base) => problem.roles?.testable[base] !== 0).sort((a, b) => b - a);
}
