import { markAncestors, markDescendants } from './graph.ts';
import { mergeBases } from './merge-bases.ts';
import type { Search } from './search.ts';
import type { RunTally, Tally } from './tally.ts';

/**
 * What a search has to know beside its ends: what shows the state that is searched may show it from before the good end came
 * into the other one. A branch that left its history early works although nothing on it repaired anything, or is broken by
 * what the good end has long repaired. (git's own search takes both for an answer; syzkaller met the first in its fix
 * bisections and tests merge bases against it.)
 */
export interface FromBefore {
  /** What was seen, where versions that are as they are from before count as good: the first bad version is none of them. */
  readonly tally: Tally;
  /** By regression: those versions. */
  readonly versions: ReadonlyMap<string, readonly number[]>;
}

type Seen = ReadonlyMap<number, RunTally>;

/** Finds the versions that show what is searched from before, and counts them as good. */
export function fromBefore(search: Search, tally: Tally): FromBefore {
  const versions = new Map<string, readonly number[]>();
  const runs = new Map(tally.runs);
  const find = search.problem.direction === 'fixed' ? neverBroken : neverRepaired;
  for (const [key, seen] of tally.runs) {
    const early = find(search, seen);
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

const isBad = ({ bad, good }: RunTally) => bad > good;
const isGood = ({ bad, good }: RunTally) => good > bad;

function nodesThat(seen: Seen, is: (tally: RunTally) => boolean): number[] {
  return [...seen].filter(([, tally]) => is(tally)).map(([node]) => node);
}

/** In a search for a fix: versions that work, and never were broken. */
function neverBroken(search: Search, seen: Seen): readonly number[] {
  const { graph, goods, bads } = search.range;
  const working = nodesThat(seen, isBad);
  if (working.length === 0 || goods.length === 0) return [];
  const wasBroken = goodBelow(search, seen);
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

/**
 * In a search for a regression: versions that are broken by something older, which was repaired in the history of the good
 * ends. A branch is so where the versions at which it left that history were seen broken; what is older may have worked.
 */
function neverRepaired(search: Search, seen: Seen): readonly number[] {
  const { graph, goods, bads } = search.range;
  const broken = nodesThat(seen, isBad);
  if (broken.length === 0 || goods.length === 0) return [];
  const belowEnds = markAncestors(graph, goods);
  const old = broken.filter((node) => belowEnds[node] === 1 && !goods.includes(node));
  if (old.length === 0) return [];
  const belowBads = bads.map((bad) => markAncestors(graph, [bad]));
  const working = [...goods, ...nodesThat(seen, isGood)];
  // What a bad end was broken by, and nothing below it repaired, is what broke it.
  const before = new Set(
    old.filter((node) => {
      const contains = markDescendants(graph, [node]);
      const repaired = working.filter((each) => contains[each] === 1);
      return belowBads.every((below) => repaired.some((each) => below[each] === 1));
    }),
  );
  if (before.size === 0) return [];
  const hasWorked = goodBelow(search, seen);
  return broken.filter((node) => {
    if (hasWorked(node) && belowEnds[node] === 0) return false;
    const bases = mergeBases(graph, node, goods);
    return bases.length > 0 && bases.every((base) => before.has(base));
  });
}

/**
 * Tells whether a version contains one that is known to be good. What worked before an older breakage is no sign that a branch
 * was free of that: of a search for a regression, only good versions between the ends and the ends themselves count.
 */
function goodBelow(search: Search, seen: Seen, early: readonly number[] = []): (node: number) => boolean {
  const { problem, range } = search;
  const { graph, goods } = range;
  const counts =
    problem.direction === 'fixed' ? () => true : (node: number) => range.part.localOf[node]! >= 0;
  const good = nodesThat(seen, isGood).filter((node) => counts(node) && !early.includes(node));
  const contains = markDescendants(graph, [...goods, ...good]);
  return (node) => contains[node] === 1;
}

/**
 * Lists the versions that tell whether a likely culprit changed anything, the youngest first: where the histories of those that
 * are bad and speak for it leave that of the good ends. What contains a version that is known to be good needs none.
 *
 * @param counted what was seen, with the versions that are as they are from before (`early`) counted as good.
 */
export function basesThatTell(
  search: Search,
  counted: Seen,
  early: readonly number[],
  culprit: number,
): readonly number[] {
  const { problem, range } = search;
  const { graph, goods } = range;
  if (problem.firstParent === true || goods.length === 0) return [];
  const hasGood = goodBelow(search, counted, early);
  if (hasGood(culprit)) return [];
  const withCulprit = markDescendants(graph, [culprit]);
  const speaking =
    problem.direction === 'fixed'
      ? nodesThat(counted, isBad).filter((node) => withCulprit[node] === 1 && !hasGood(node))
      : [culprit];
  const bases = speaking.flatMap((node) => mergeBases(graph, node, goods));
  return [...new Set(bases)].filter((base) => problem.roles?.testable[base] !== 0).sort((a, b) => b - a);
}
