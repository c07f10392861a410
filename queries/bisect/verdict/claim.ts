import { invertedRates } from '../rates/flakiness.ts';
import { doubtsOf, isSure } from '../rates/learned-rates.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import { posteriorOf } from '../beliefs/posterior.ts';
import { rounded } from '../beliefs/rounding.ts';
import { evidenceOf, type Search } from '../beliefs/search.ts';
import { doubtOfSecondChange } from './second-change.ts';
import type { Suspect } from '../beliefs/suspects.ts';

/** What is said of an answer. */
export interface Claim {
  readonly suspects: readonly Suspect[];
  /** Nodes before the first suspect that showed what is searched, where that may have been no flake; oldest first. */
  readonly seenBefore: readonly number[];
}

/**
 * The suspects of a search that has an answer, with what may be claimed of them: the first has the least share that
 * anybody gives it who doubts the test's rates in one way or another, and less where it may be a second change behind the culprit;
 * the others share the rest. Rates that were given count as given.
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
