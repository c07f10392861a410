import { ancestorMasses } from '../graph/ancestor-mass.ts';
import { descendantMasks } from '../graph/descendant-masks.ts';
import type { CandidateRange } from './range.ts';

/**
 * Before anything is known of its neighbours, one version in four that cannot be built belongs to a stretch that
 * somebody broke and somebody fixed; the others stand alone (a typing error, fixed by the next commit).
 */
const STRETCH_ODDS = 1 / 3;
/**
 * Each further broken version that is not parted from the first speaks for a stretch with these odds: what it is worth
 * where every second version is broken for reasons of its own. Taken for more, it ends searches while versions that can
 * be tested are left; taken for less, it costs twice the tests within a stretch.
 */
const ODDS_PER_MEMBER = 2;
/** How likely a version is broken for reasons of its own. */
const OWN_BREAKAGE = 0.02;
/** More separate stretches than this are taken for versions that are broken one by one. */
const MOST_STRETCHES = 6;

/** What is known of the versions that somebody tried to build, as nodes of the range. */
export interface BuildRecord {
  readonly built: readonly number[];
  readonly broken: readonly number[];
  /** Broken or left out for reasons of their own. */
  readonly isolated: readonly number[];
}

/** A stretch of versions that cannot be built, as far as it is known. */
export interface BrokenStretch {
  readonly broken: readonly number[];
  /** Probability that a node lies in the stretch, by node of the range. */
  readonly inside: Float64Array;
  /** Nodes that may have broken the build, and those that may have fixed it; empty: not within the range. */
  readonly breaks: readonly number[];
  readonly fixes: readonly number[];
}

/**
 * Gives the probability that each node of the range can be built. Buildability is one more regression, with a
 * first version that breaks it and a first one that fixes it: both are somewhere between the versions that were
 * tried, and each attempt halves where. A version is broken when it contains the break and not the fix.
 */
export function testabilityOf(range: CandidateRange, record: BuildRecord): Float64Array {
  const testable = new Float64Array(range.part.size).fill(1);
  if (record.broken.length > 0) {
    testable.fill(1 - OWN_BREAKAGE);
    for (const stretch of brokenStretches(range, record)) {
      const odds = STRETCH_ODDS * ODDS_PER_MEMBER ** (stretch.broken.length - 1);
      const sure = odds / (1 + odds);
      for (let v = 0; v < testable.length; v++) testable[v]! *= 1 - sure * stretch.inside[v]!;
    }
  }
  for (const node of [...record.broken, ...record.isolated]) testable[node] = 0;
  for (const node of record.built) testable[node] = 1;
  return testable;
}

/**
 * Groups the broken versions into stretches: two belong together when one contains the other and no version
 * between them was built, or when both hang on a third. Newest stretches last.
 */
export function brokenStretches(range: CandidateRange, record: BuildRecord): BrokenStretch[] {
  const contains = containmentAmong(range, [...record.built, ...record.broken]);
  const groups: number[][] = [];
  for (const node of [...record.broken].sort((a, b) => a - b)) {
    const group = groups.find((members) =>
      members.every((member) => !isParted(record.built, contains, member, node)),
    );
    if (group === undefined) groups.push([node]);
    else group.push(node);
  }
  return groups.slice(-MOST_STRETCHES).map((broken) => stretchOf(range, record.built, contains, broken));
}

type Contains = (descendant: number, ancestor: number) => boolean;

/** Two broken versions are parted when one contains a built version that contains the other. */
function isParted(built: readonly number[], contains: Contains, a: number, b: number): boolean {
  return built.some(
    (each) => (contains(a, each) && contains(each, b)) || (contains(b, each) && contains(each, a)),
  );
}

function stretchOf(
  range: CandidateRange,
  built: readonly number[],
  contains: Contains,
  broken: readonly number[],
): BrokenStretch {
  const { chains, part } = range;
  const before = built.filter((each) => broken.some((b) => contains(b, each)));
  const after = built.filter((each) => broken.some((b) => contains(each, b)));
  const brokenAbove = countDescendants(range, broken);
  const beforeAbove = countDescendants(range, before);
  const afterAbove = countDescendants(range, after);
  const breakMass = new Float64Array(part.size);
  const fixMass = new Float64Array(part.size);
  const breaks: number[] = [];
  const fixes: number[] = [];
  for (let v = 0; v < part.size; v++) {
    // The break is in every broken version and in no built one below them.
    if (brokenAbove[v] === broken.length && beforeAbove[v] === 0) breaks.push(v);
    // The fix is in no broken version and in every built one above them.
    if (brokenAbove[v] === 0 && afterAbove[v] === after.length) fixes.push(v);
  }
  // Where nothing above was built, the fix may as well lie beyond the range.
  const fixWeight = 1 / (fixes.length + (after.length === 0 ? fixes.length + 1 : 0));
  for (const v of breaks) breakMass[v] = 1 / breaks.length;
  for (const v of fixes) fixMass[v] = fixWeight;
  const [broke, fixed] = ancestorMasses(chains, [breakMass, fixMass]);
  const inside = broke!.mass.map((p, v) => Math.min(1, p) * (1 - Math.min(1, fixed!.mass[v]!)));
  return { broken, inside, breaks, fixes };
}

/** Counts, for each node, how many of the given nodes contain it. */
function countDescendants(range: CandidateRange, nodes: readonly number[]): Uint32Array {
  const counts = new Uint32Array(range.part.size);
  for (let block = 0; block < nodes.length; block += 32) {
    const masks = descendantMasks(
      range.chains,
      nodes.slice(block, block + 32).map((node) => [node]),
    );
    for (let v = 0; v < counts.length; v++) {
      let mask = masks[v]!;
      for (; mask !== 0; mask &= mask - 1) counts[v]! += 1;
    }
  }
  return counts;
}

function containmentAmong(range: CandidateRange, nodes: readonly number[]): Contains {
  const index = new Map(nodes.map((node, i) => [node, i]));
  const blocks: Int32Array[] = [];
  for (let block = 0; block < nodes.length; block += 32)
    blocks.push(
      descendantMasks(
        range.chains,
        nodes.slice(block, block + 32).map((node) => [node]),
      ),
    );
  return (descendant, ancestor) => {
    const i = index.get(descendant)!;
    return ((blocks[i >>> 5]![ancestor]! >>> (i & 31)) & 1) === 1;
  };
}
