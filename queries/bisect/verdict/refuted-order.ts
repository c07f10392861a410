import { descendantMasks, type DescendantMasks } from '../graph/descendant-masks.ts';
import { runsNeeded } from './confirmation.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import { markAncestors } from '../graph/graph.ts';
import { cautiousRates } from '../rates/flakiness.ts';
import type { Search } from '../beliefs/search.ts';

/** A bad version with a good descendant, which no single change explains. */
export interface RefutedOrder {
  readonly bad: number;
  readonly good: number;
  /** Which of the two to test again: the one seen less often. */
  readonly again: number;
  /** Whether both were tested so often that flakes do not explain it: it broke, and was fixed again. */
  readonly settled: boolean;
}

/** Where outcomes are taken as certain, two settle it. */
const TWICE = 2;

/**
 * Finds a bad version with a good descendant, each by the majority of its own runs; of several pairs, the one with most runs. Null
 * where there is none.
 */
export function refutedOrder(search: Search, each: OpenCase): RefutedOrder | null {
  // Certain outcomes with such a pair refute every candidate, and are then no longer taken as certain.
  if (each.rates.kind === 'exact') return null;
  const bad: { node: number; runs: number }[] = [];
  const good: { node: number; runs: number }[] = [];
  for (const [node, tally] of each.runs) {
    if (tally.bad > tally.good) bad.push({ node, runs: tally.bad - tally.good });
    if (tally.good > tally.bad) good.push({ node, runs: tally.good - tally.bad });
  }
  if (bad.length === 0 && good.length === 0) return null;
  // An end that was never tested itself stands as stated, with one run.
  for (const node of search.range.bads) if (!each.runs.has(node)) bad.push({ node, runs: 1 });
  for (const node of search.range.goods) if (!each.runs.has(node)) good.push({ node, runs: 1 });
  const cautious = cautiousRates(each.rates, each.posterior.countsOf(Math.max(0, each.suspects.top)));
  const badNeeded = each.twiceSettles ? TWICE : runsNeeded(cautious.falseFail) + 1;
  const goodNeeded = each.twiceSettles ? TWICE : runsNeeded(cautious.falsePass) + 1;
  const contains = containment(
    search,
    good.map(({ node }) => node),
  );
  let best: RefutedOrder | null = null;
  let bestRuns = 0;
  for (const [index, g] of good.entries()) {
    for (const b of bad) {
      if (b.node === g.node || !contains(index, b.node)) continue;
      const runs = Math.min(b.runs, g.runs);
      if (runs < bestRuns || (runs === bestRuns && best !== null)) continue;
      best = {
        bad: b.node,
        good: g.node,
        again: b.runs <= g.runs ? b.node : g.node,
        settled: b.runs >= badNeeded && g.runs >= goodNeeded,
      };
      bestRuns = runs;
    }
  }
  return best;
}

/** Tells whether the version at an index of `nodes` contains another version. */
function containment(search: Search, nodes: readonly number[]): (index: number, other: number) => boolean {
  const { graph, part, chains } = search.range;
  const masks: DescendantMasks[] = [];
  for (let block = 0; block < nodes.length; block += 32)
    masks.push(descendantMasks(chains, nodes.slice(block, block + 32).map(search.entriesOf)));
  return (index, other) => {
    const local = part.localOf[other]!;
    if (local >= 0) return ((masks[index >>> 5]![local]! >>> (index & 31)) & 1) === 1;
    // A bad version outside of the range is rare enough to be looked up the slow way.
    return markAncestors(graph, [nodes[index]!])[other] === 1;
  };
}
