import { checkAncestors, type GitRange } from './git-order.ts';
import { weighAsGit } from './git-weights.ts';
import type { VersionGraph } from '../graph/graph.ts';
import { mergeBases } from '../graph/merge-bases.ts';

/**
 * The choice of `git rev-list --bisect` and `git bisect`, rule by rule after bisect.c of git 2.39 to 2.55: halving
 * by the number of commits reached, "good enough" half-ways, the order of the list, and the pseudo-random step away
 * from skipped commits.
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
  /** No commit is left: the bad end is a good one, or one contains it. */
  | { readonly kind: 'nothing'; readonly node: number }
  /** No commit that is left touches the paths. */
  | { readonly kind: 'nothing-testable' };

/** Picks what `git rev-list --bisect bad ^good... -- paths` prints; undefined where it prints nothing. */
export function gitBisection(graph: VersionGraph, range: GitRange): number | undefined {
  const half = halving(graph, range);
  return typeof half === 'string' ? undefined : half.node;
}

/** Gives the next step of `git bisect`, with its test of merge bases and its handling of skipped commits. */
export function gitNextStep(graph: VersionGraph, search: GitSearch): GitStep {
  const skipped = new Set(search.skipped ?? []);
  const settled = search.goods.length === 0 || search.mergeBasesSettled === true;
  const check = settled ? undefined : checkAncestors(graph, search);
  if (check?.contained === false) {
    const base = mergeBaseStep(graph, search, skipped, check.read);
    if (base !== null) return base;
  }
  const range = check === undefined ? search : { ...search, read: check.read };
  if (skipped.size > 0) return stepAround(graph, range, skipped);
  const half = halving(graph, range);
  if (half === 'nothing') return { kind: half, node: search.bad };
  if (half === 'nothing-testable') return { kind: half };
  return half.node === search.bad ? { kind: 'found', node: search.bad } : { kind: 'test', ...half };
}

/** The merge base that git wants tested before it bisects good ends that the bad end does not contain. */
function mergeBaseStep(
  graph: VersionGraph,
  search: GitSearch,
  skipped: ReadonlySet<number>,
  read: Uint8Array,
): GitStep | null {
  for (const node of mergeBases(graph, search.bad, search.goods, read)) {
    if (node === search.bad) return { kind: 'fixed-between', node };
    if (!search.goods.includes(node) && !skipped.has(node)) return { kind: 'merge-base', node };
  }
  return null;
}

/** Takes the first commit in git's order of counting that is half-way, else the best. */
function halving(
  graph: VersionGraph,
  range: GitRange,
):
  { readonly node: number; readonly reaches: number; readonly all: number } | 'nothing' | 'nothing-testable' {
  const { order, unchanged, weights, all, halfWay } = weighAsGit(graph, range, 'half-way');
  if (order.length === 0) return 'nothing';
  if (all === 0) return 'nothing-testable';
  let best = 0;
  let bestDistance = -1;
  for (let index = 0; index < order.length; index++) {
    const distance = Math.min(weights[index]!, all - weights[index]!);
    if (unchanged[index] === 1 || distance <= bestDistance) continue;
    best = index;
    bestDistance = distance;
  }
  const chosen = halfWay ?? best;
  return { node: order[chosen]!, reaches: weights[chosen]!, all };
}

/** Ranks all commits by how evenly they halve, and goes around those that were skipped. */
function stepAround(graph: VersionGraph, search: GitRange, skipped: ReadonlySet<number>): GitStep {
  const { order, unchanged, weights, all } = weighAsGit(graph, search, 'end');
  const oldest = order[0];
  if (oldest === undefined) return { kind: 'nothing', node: search.bad };
  if (all === 0)
    return skipped.has(oldest) ? { kind: 'only-skipped', suspects: [oldest] } : { kind: 'nothing-testable' };
  const ranked = Array.from(order, (node, index) => ({
    node,
    reaches: weights[index]!,
    distance: Math.min(weights[index]!, all - weights[index]!),
    name: graph.names.at(node),
  })).filter((_, index) => unchanged[index] === 0);
  ranked.sort((a, b) => b.distance - a.distance || (a.name < b.name ? -1 : 1));
  const kept = ranked.filter(({ node }) => !skipped.has(node));
  const tried = ranked.filter(({ node }) => skipped.has(node)).map(({ node }) => node);
  if (kept.length === 0) return { kind: 'only-skipped', suspects: tried };
  const stepAway = skipped.has(ranked[0]!.node);
  const pick = stepAway ? skipAway(kept, search.bad) : kept[0]!;
  if (pick.node !== search.bad) return { kind: 'test', node: pick.node, reaches: ranked[0]!.reaches, all };
  // git lists the skipped commits that it met before its pick, and all of them once it had to step away.
  const met = stepAway ? tried : [];
  return met.length === 0
    ? { kind: 'found', node: search.bad }
    : { kind: 'only-skipped', suspects: [...met, search.bad] };
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
