import { markAncestors, markDescendants } from '../graph/graph.ts';
import { mergeBases } from '../graph/merge-bases.ts';
import type { Search } from './search.ts';
import type { RunTally, Tally } from '../range/tally.ts';

/**
 * A version may be in the searched state for an older reason than the change that is searched. In a search for a fix, a branch that
 * forked before the breakage works although nothing was fixed on it; in one for a regression, a branch may still have an older
 * breakage that was fixed in the history of the good end. (git bisect takes both for an answer; syzkaller met the first in its fix
 * bisections and tests merge bases against it.)
 */
export interface FromBefore {
  /**
   * The outcomes, without those that have an older reason. In a search for a fix such versions count as unfixed, for none contains the
   * fix. In one for a regression they count as untestable, for the older breakage hides whether they have the searched one too.
   */
  readonly tally: Tally;
  /** By regression: those versions. */
  readonly versions: ReadonlyMap<string, readonly number[]>;
}

type Seen = ReadonlyMap<number, RunTally>;

/** Finds the versions that are in the searched state for an older reason, and removes them from the evidence. */
export function fromBefore(search: Search, tally: Tally): FromBefore {
  const isFix = search.problem.direction === 'fixed';
  const versions = new Map<string, readonly number[]>();
  const runs = new Map(tally.runs);
  const untestable = new Map(tally.untestable);
  const built = new Map(tally.built);
  for (const { key, platform } of search.problem.regressions) {
    const seen = tally.runs.get(key)!;
    const early = isFix ? neverBroken(search, seen) : hiddenByOlder(search, seen);
    if (early.length === 0) continue;
    versions.set(key, early);
    const counted = new Map(seen);
    runs.set(key, counted);
    if (isFix) {
      for (const node of early) {
        const { bad, good } = seen.get(node)!;
        counted.set(node, { bad: 0, good: bad + good });
      }
      continue;
    }
    for (const node of early) counted.delete(node);
    const isolated = early.map((node) => [node, 'isolated'] as const);
    untestable.set(platform, new Map([...untestable.get(platform)!, ...isolated]));
    built.set(platform, new Set([...built.get(platform)!].filter((node) => !early.includes(node))));
  }
  return { tally: { runs, built, untestable }, versions };
}

const isBad = ({ bad, good }: RunTally) => bad > good;
const isGood = ({ bad, good }: RunTally) => good > bad;

function nodesThat(seen: Seen, is: (tally: RunTally) => boolean): number[] {
  return [...seen].filter(([, tally]) => is(tally)).map(([node]) => node);
}

/** In a search for a fix: working versions that were never broken. */
function neverBroken(search: Search, seen: Seen): readonly number[] {
  const { graph, goods, bads } = search.range;
  const working = nodesThat(seen, isBad);
  if (working.length === 0 || goods.length === 0) return [];
  const wasBroken = goodBelow(search, seen);
  const neverSeenBroken = working.filter((node) => !wasBroken(node));
  // A working version with a broken descendant: the breakage came after it.
  const belowEnds = markAncestors(graph, goods);
  const before = neverSeenBroken.filter((node) => belowEnds[node] === 1);
  // A fixed end without a broken ancestor was not fixed: the ends contradict one another.
  if (before.length === 0 || !bads.every(wasBroken)) return [];
  const earlier = markAncestors(graph, before);
  return neverSeenBroken.filter((node) => {
    const bases = mergeBases(graph, node, goods);
    return bases.length > 0 && bases.every((base) => earlier[base] === 1);
  });
}

/**
 * In a search for a regression: versions that are broken by something older, which was repaired in the history of the good
 * ends. They contain a version of that history that was seen broken, and none that contains that one and works.
 */
function hiddenByOlder(search: Search, seen: Seen): readonly number[] {
  const { graph, goods, bads } = search.range;
  const broken = nodesThat(seen, isBad);
  if (broken.length === 0 || goods.length === 0) return [];
  const belowEnds = markAncestors(graph, goods);
  const old = broken.filter((node) => belowEnds[node] === 1 && !goods.includes(node));
  const working = [...goods, ...nodesThat(seen, isGood)];
  const hidden = new Set<number>();
  for (const node of old) {
    const contains = markDescendants(graph, [node]);
    const repaired = markDescendants(
      graph,
      working.filter((each) => contains[each] === 1),
    );
    // What a bad end was broken by, and nothing below it repaired, is what broke it.
    if (!bads.every((bad) => repaired[bad] === 1)) continue;
    for (const each of broken) if (contains[each] === 1 && repaired[each] === 0) hidden.add(each);
  }
  return [...hidden];
}

/**
 * Tells whether a version contains one of which it is known that the good ends' history is no riddle there: one that is unfixed, in a
 * search for a fix. In one for a regression, what works may have left before the older breakage: only the ends themselves are sure.
 */
function goodBelow(search: Search, seen: Seen, early: readonly number[] = []): (node: number) => boolean {
  const { problem, range } = search;
  const { graph, goods } = range;
  const good =
    problem.direction === 'fixed' ? nodesThat(seen, isGood).filter((node) => !early.includes(node)) : [];
  const contains = markDescendants(graph, [...goods, ...good]);
  return (node) => contains[node] === 1;
}

/**
 * Lists the versions that tell whether one of the suspects changed anything, the youngest first: where the histories of those that are bad
 * and speak for one leave that of the good ends.
 *
 * @param counted what was seen, without what is from before (`early`).
 */
export function basesThatTell(
  search: Search,
  counted: Seen,
  early: readonly number[],
  suspects: readonly number[],
): readonly number[] {
  const hasGood = goodBelow(search, counted, early);
  const open = suspects.filter((node) => !hasGood(node));
  if (open.length === 0 || haveTurned(search, counted, early, suspects)) return [];
  const contains = markDescendants(search.range.graph, open);
  const speaking = nodesThat(counted, isBad).filter((node) => contains[node] === 1);
  return basesOf(search, counted, early, speaking);
}

/**
 * Whether one of them was seen bad, and all that they continue good, and not because that is from before: whatever was broken before, one
 * of them is where it turned.
 */
function haveTurned(
  { range: { graph, goods } }: Search,
  counted: Seen,
  early: readonly number[],
  suspects: readonly number[],
): boolean {
  const among = new Set(suspects);
  const isSeenGood = (node: number) => isGood(counted.get(node) ?? UNSEEN) && !early.includes(node);
  return (
    suspects.some((node) => isBad(counted.get(node) ?? UNSEEN)) &&
    suspects.every((node) => {
      const parents = graph.parentList.subarray(graph.parentStart[node], graph.parentStart[node + 1]);
      return (
        parents.length > 0 &&
        parents.every((parent) => among.has(parent) || goods.includes(parent) || isSeenGood(parent))
      );
    })
  );
}

const UNSEEN: RunTally = { bad: 0, good: 0 };

/**
 * Lists where the histories of bad versions leave that of the good ends, the youngest first. What contains a version that is
 * known to be good needs none.
 */
export function basesOf(
  search: Search,
  counted: Seen,
  early: readonly number[],
  nodes: readonly number[],
): readonly number[] {
  const { problem, range } = search;
  const { graph, goods } = range;
  if (problem.firstParent === true || goods.length === 0) return [];
  const hasGood = goodBelow(search, counted, early);
  const bases = nodes.filter((node) => !hasGood(node)).flatMap((node) => mergeBases(graph, node, goods));
  return [...new Set(bases)].filter((base) => problem.roles?.testable[base] !== 0).sort((a, b) => b - a);
}
