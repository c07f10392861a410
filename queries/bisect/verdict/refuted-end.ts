import { certaintyOf, runsNeeded } from './confirmation.ts';
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
 * Finds an end that does not hold. A good end that fails does not hold once that is as sure as an answer has to be: a test that fails
 * where nothing is wrong may do so several times in a row. The posterior alone hardly doubts a bad end: it explains one that passes by a
 * high rate of false passes, and would continue the search with a test that never failed.
 */
export function refutedEnd(search: Search, each: OpenCase): RefutedEnd | null {
  if (each.rates.kind === 'exact') return null;
  const certainty = certaintyOf(search.problem);
  const passesNeeded = runsNeeded(cautiousRates(each.rates, NOTHING_SEEN).falsePass, 1 - certainty);
  const { goods, bads } = search.range;
  const found = [
    ...bads.map((node) => ({ node, looks: 'good' as const })),
    ...goods.map((node) => ({ node, looks: 'bad' as const })),
  ].flatMap(({ node, looks }): RefutedEnd[] => {
    const runs = each.runs.get(node);
    if (runs === undefined) return [];
    const [against, before] = looks === 'good' ? [runs.good, runs.bad] : [runs.bad, runs.good];
    if (against <= before) return [];
    const isSettledByRates =
      looks === 'bad' ? each.posterior.always >= certainty : before === 0 && against >= passesNeeded;
    const settled = each.twiceSettles ? against - before >= TWICE : isSettledByRates;
    return [{ node, looks, settled }];
  });
  // An end that flakes may explain is not tested again for that alone.
  return found.find((end) => end.settled) ?? (each.twiceSettles ? (found[0] ?? null) : null);
}
