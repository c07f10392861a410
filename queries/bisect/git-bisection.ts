import { ancestorMasses } from './ancestor-mass.ts';
import { foldIntoChains } from './chains.ts';
import { listAsGit, type GitRange } from './git-order.ts';
import { markAncestors, type VersionGraph } from './graph.ts';
import { mergeBases } from './merge-bases.ts';
import { subgraphOf } from './subgraph.ts';

/**
 * The choice of `git rev-list --bisect` and `git bisect`, rule by rule after git 2.39's bisect.c: halving by the
 * number of commits reached, "good enough" half-ways, the order of the list, and the pseudo-random step away from
 * skipped commits. Only how commits are counted differs: one bitset sweep instead of one walk a merge.
 */

/** Where a search by git stands. */
export interface GitSearch extends GitRange {
  readonly skipped?: readonly number[];
  /** git looks at merge bases until it was content once, and never again in the same session. */
  readonly mergeBasesSettled?: boolean;
}

/** What `git bisect` would do next. */
export type GitStep =
  | { readonly kind: 'test'; readonly node: number; readonly reaches: number; readonly all: number }
  | { readonly kind: 'merge-base'; readonly node: number }
  | { readonly kind: 'found'; readonly node: number }
  | { readonly kind: 'only-skipped'; readonly suspects: readonly number[] }
  /** A merge base is the bad end itself: what is searched was fixed between it and the good ends. */
  | { readonly kind: 'fixed-between'; readonly node: number }
  | { readonly kind: 'nothing' };

const WEIGHT_FROM_PARENT = -1;
const WEIGHT_OF_MERGE = -2;

/** Picks what `git rev-list --bisect bad ^good...` prints; undefined when the range is empty. */
export function gitBisection(graph: VersionGraph, range: GitRange): number | undefined {
  return halving(graph, range)?.node;
}

/** Gives the next step of `git bisect`, with its test of merge bases and its handling of skipped commits. */
export function gitNextStep(graph: VersionGraph, search: GitSearch): GitStep {
  const skipped = new Set(search.skipped ?? []);
  const base = mergeBaseStep(graph, search, skipped);
  if (base !== null) return base;
  if (skipped.size === 0) {
    const half = halving(graph, search);
    if (half === undefined) return { kind: 'nothing' };
    return half.node === search.bad ? { kind: 'found', node: search.bad } : { kind: 'test', ...half };
  }
  const { order, weights } = weighRange(graph, search);
  const all = order.length;
  const ranked = Array.from(order, (node, index) => ({
    node,
    reaches: weights[index]!,
    name: graph.names.at(node),
  }));
  const distance = (reaches: number): number => Math.min(reaches, all - reaches);
  ranked.sort((a, b) => distance(b.reaches) - distance(a.reaches) || (a.name < b.name ? -1 : 1));
  const kept = ranked.filter(({ node }) => !skipped.has(node));
  const tried = ranked.filter(({ node }) => skipped.has(node)).map(({ node }) => node);
  if (kept.length === 0)
    return tried.length === 0 ? { kind: 'nothing' } : { kind: 'only-skipped', suspects: tried };
  const stepAway = skipped.has(ranked[0]!.node);
  const pick = stepAway ? skipAway(kept, search.bad) : kept[0]!;
  if (pick.node !== search.bad) return { kind: 'test', node: pick.node, reaches: ranked[0]!.reaches, all };
  // git lists the skipped commits that it met before its pick, and all of them once it had to step away.
  const met = stepAway ? tried : [];
  return met.length === 0
    ? { kind: 'found', node: search.bad }
    : { kind: 'only-skipped', suspects: [...met, search.bad] };
}

/** The merge base that git wants tested before it bisects good ends that the bad end does not contain. */
function mergeBaseStep(graph: VersionGraph, search: GitSearch, skipped: ReadonlySet<number>): GitStep | null {
  if (search.goods.length === 0 || search.mergeBasesSettled === true) return null;
  const contained = markAncestors(graph, [search.bad]);
  if (search.goods.every((good) => contained[good] === 1)) return null;
  for (const node of mergeBases(graph, search.bad, search.goods)) {
    if (node === search.bad) return { kind: 'fixed-between', node };
    if (!search.goods.includes(node) && !skipped.has(node)) return { kind: 'merge-base', node };
  }
  return null;
}

interface WeighedRange {
  /** The range, oldest first as in git's reversed list. */
  readonly order: Uint32Array;
  /** How many commits of the range each reaches, itself included. */
  readonly weights: Float64Array;
  /** How many parents of each lie in the range. */
  readonly parentsInRange: Uint32Array;
  /** The place in `order` of the first such parent, or -1. */
  readonly parentPlace: Int32Array;
}

function weighRange(graph: VersionGraph, range: GitRange): WeighedRange {
  const order = listAsGit(graph, range).reverse();
  const keep = new Uint8Array(graph.size);
  for (const node of order) keep[node] = 1;
  const part = subgraphOf(graph, keep, range.firstParent ?? false);
  const [counts] = ancestorMasses(foldIntoChains(part), [new Float64Array(part.size).fill(1)], Infinity);
  const place = new Int32Array(part.size);
  for (const [index, node] of order.entries()) place[part.localOf[node]!] = index;
  const weights = new Float64Array(order.length);
  const parentsInRange = new Uint32Array(order.length);
  const parentPlace = new Int32Array(order.length).fill(-1);
  for (const [index, node] of order.entries()) {
    const local = part.localOf[node]!;
    weights[index] = counts!.mass[local]!;
    const from = part.parentStart[local]!;
    parentsInRange[index] = part.parentStart[local + 1]! - from;
    if (parentsInRange[index] > 0) parentPlace[index] = place[part.parentList[from]!]!;
  }
  return { order, weights, parentsInRange, parentPlace };
}

/** `do_find_bisection()`: takes the first commit in git's order of counting that is half-way, else the best. */
function halving(
  graph: VersionGraph,
  range: GitRange,
): { readonly node: number; readonly reaches: number; readonly all: number } | undefined {
  const { order, weights: final, parentsInRange, parentPlace } = weighRange(graph, range);
  const all = order.length;
  if (all === 0) return undefined;
  const at = (index: number): { node: number; reaches: number; all: number } => ({
    node: order[index]!,
    reaches: final[index]!,
    all,
  });
  const weights = new Float64Array(all);
  let counted = 0;
  for (let index = 0; index < all; index++) {
    if (parentsInRange[index] === 0) counted++;
    weights[index] =
      parentsInRange[index] === 0 ? 1 : parentsInRange[index] === 1 ? WEIGHT_FROM_PARENT : WEIGHT_OF_MERGE;
  }
  for (let index = 0; index < all; index++) {
    if (weights[index] !== WEIGHT_OF_MERGE) continue;
    weights[index] = final[index]!;
    if (isHalfWay(final[index]!, all)) return at(index);
    counted++;
  }
  // More than one pass is needed only where dates put a child before its parent.
  while (counted < all)
    for (let index = 0; index < all; index++) {
      if (weights[index]! >= 0 || weights[parentPlace[index]!]! < 0) continue;
      weights[index] = final[index]!;
      counted++;
      if (isHalfWay(final[index]!, all)) return at(index);
    }
  let best = 0;
  let bestDistance = -1;
  for (let index = 0; index < all; index++) {
    const distance = Math.min(final[index]!, all - final[index]!);
    if (distance <= bestDistance) continue;
    best = index;
    bestDistance = distance;
  }
  return at(best);
}

/** `approx_halfway()`: exact for small ranges, within 0.1% of half for large ones. */
function isHalfWay(reaches: number, all: number): boolean {
  const difference = Math.abs(2 * reaches - all);
  return difference <= 1 || difference < Math.trunc(all / 1024);
}

/** `skip_away()`: moves a pseudo-random way down the list of what is not skipped, seeded by its length. */
function skipAway<T extends { readonly node: number }>(kept: readonly T[], bad: number): T {
  const modulo = 32768;
  const count = kept.length;
  const random = Math.trunc(((Math.imul(count, 1103515245) + 12345) >>> 0) / 65536) % modulo;
  // 32-bit arithmetic, overflow included, as in C.
  const index = Math.trunc(
    Math.imul(Math.trunc(Math.imul(count, random) / modulo), squareRoot(random)) / squareRoot(modulo),
  );
  const pick = kept[index];
  if (pick === undefined) return kept[0]!;
  if (pick.node !== bad) return pick;
  return index > 0 ? kept[index - 1]! : kept[0]!;
}

/** `sqrti()`: Newton's method in single precision, whose rounding is part of the rule. */
function squareRoot(value: number): number {
  if (value === 0) return 0;
  let root = Math.fround(value);
  for (;;) {
    const next = Math.fround(Math.fround(root + Math.fround(Math.fround(value) / root)) / 2);
    const change = Math.abs(Math.fround(next - root));
    root = next;
    if (change < 0.5) return Math.trunc(root);
  }
}
