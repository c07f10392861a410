import { invertedRates } from '../rates/flakiness.ts';
import { doubtsOf, isSure } from '../rates/learned-rates.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import { posteriorOf } from '../beliefs/posterior.ts';
import { rounded } from '../beliefs/rounding.ts';
import { evidenceOf, type Search } from '../beliefs/search.ts';
import { doubtOfSecondChange } from './second-change.ts';
import type { Suspect } from '../beliefs/suspects.ts';

/** What may be claimed of an answer. */
export interface Claim {
  readonly suspects: readonly Suspect[];
  /** Nodes before the first suspect that were seen bad, where that may have been no flake; oldest first. */
  readonly seenBefore: readonly number[];
}

/**
 * The suspects of a search that has an answer, with the probabilities that may be claimed. The first gets the smallest probability
 * under several doubts about the test's rates (`doubtsOf`), and less where it may be the second of two changes; the others share the
 * rest. Rates that the user gave are not doubted.
 */
export function claimOf(search: Search, each: OpenCase): Claim {
  const { listed, top } = each.suspects;
  const [first, ...others] = listed;
  if (first === undefined || each.rates.kind !== 'learned') return { suspects: listed, seenBefore: [] };
  const { chains } = search.range;
  const evidence = evidenceOf(search, each.runs);
  const prior = search.priorOf(each.regression.key, false);
  const turned = search.problem.direction === 'fixed';
  const asSaid = turned ? invertedRates(each.rates) : each.rates;
  const ways = asSaid.kind === 'learned' ? asSaid.ways : [];
  const shares = doubtsOf(ways).map((doubted) => {
    const rates = { kind: 'learned', ways: doubted } as const;
    return posteriorOf(chains, prior, turned ? invertedRates(rates) : rates, evidence).candidates[top]!;
  });
  const second = each.rates.ways.some(({ falsePass }) => isSure(falsePass))
    ? null
    : doubtOfSecondChange(search, each, each.rates.ways, top);
  const p = Math.min(first.p, ...shares) / (1 + (second?.odds ?? 0));
  const scale = first.p === 1 ? 1 : (1 - p) / (1 - first.p);
  const suspects = [
    { version: first.version, p: rounded(p) },
    ...others.map((other) => ({ version: other.version, p: rounded(other.p * scale) })),
  ];
  return { suspects, seenBefore: second?.seenBefore ?? [] };
}
