import { runsNeeded } from './confirmation.ts';
import { cautiousRates } from '../rates/flakiness.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import type { Search } from '../beliefs/search.ts';

/** An end whose own tests show the opposite of what it was said to be. */
export interface RefutedEnd {
  readonly node: number;
  readonly looks: 'good' | 'bad';
  /** Whether it was tested so often that neither a mistake nor a flake explains it. */
  readonly settled: boolean;
}

/** Where outcomes are taken as certain, two settle it: one may have been a mistake in reporting it. */
const TWICE = 2;
const NOTHING_SEEN = { badAtGood: 0, goodAtGood: 0, badAtBad: 0, goodAtBad: 0 };

/**
 * Finds an end that does not hold. The posterior alone hardly doubts an end: it explains a bad end that passes by a high rate of false
 * passes, and would continue the search with a test that never failed.
 */
export function refutedEnd(search: Search, each: OpenCase): RefutedEnd | null {
  if (each.rates.kind === 'exact') return null;
  const cautious = cautiousRates(each.rates, NOTHING_SEEN);
  const needed = { good: runsNeeded(cautious.falsePass), bad: runsNeeded(cautious.falseFail) + 1 };
  const { goods, bads } = search.range;
  const found = [
    ...bads.map((node) => ({ node, looks: 'good' as const })),
    ...goods.map((node) => ({ node, looks: 'bad' as const })),
  ].flatMap(({ node, looks }): RefutedEnd[] => {
    const runs = each.runs.get(node);
    if (runs === undefined) return [];
    const [against, before] = looks === 'good' ? [runs.good, runs.bad] : [runs.bad, runs.good];
    if (against <= before) return [];
    const settled = each.twiceSettles ? against - before >= TWICE : before === 0 && against >= needed[looks];
    return [{ node, looks, settled }];
  });
  // An end that flakes may explain is not tested again for that alone.
  return found.find((end) => end.settled) ?? (each.twiceSettles ? (found[0] ?? null) : null);
}
