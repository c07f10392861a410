import { invertedRates, type WayToBeFlaky } from '../rates/flakiness.ts';
import { doubtsOf } from '../rates/learned-rates.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import { posteriorOf } from '../beliefs/posterior.ts';
import { rounded } from '../beliefs/rounding.ts';
import { evidenceOf, type Search } from '../beliefs/search.ts';
import { twoChanges, type TwoChanges } from '../beliefs/two-changes.ts';
import type { Suspect } from '../beliefs/suspects.ts';

/** What somebody may believe of the share of searches with a second change who doubts that they are rare. */
const AS_LIKELY_AS_NOT = 0.5;
/** The odds, as such a doubter sees them, from which the user is told. */
const WORTH_TELLING = 0.1;

/** What may be claimed of an answer. */
export interface Claim {
  readonly suspects: readonly Suspect[];
  /** Nodes before the first suspect that were seen bad, where that may have been no flake; oldest first. */
  readonly seenBefore: readonly number[];
}

/**
 * The suspects of a search that has an answer, with the probabilities that may be claimed. The first gets the smallest probability
 * under several doubts: about the test's rates (`doubtsOf`), and whether second changes are rare; the others share the rest. Rates that
 * the user gave are not doubted.
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
  const second = each.two?.second ?? top;
  const believed = (doubted: readonly WayToBeFlaky[], share?: number) => {
    const learned = { kind: 'learned', ways: doubted } as const;
    const rates = turned ? invertedRates(learned) : learned;
    const one = posteriorOf(chains, prior, rates, evidence);
    const looking = share === undefined ? { second } : { second, share };
    const two = rates.kind === 'learned' ? twoChanges(chains, prior, one, rates.ways, looking) : null;
    return { two, p: (two?.posterior ?? one).candidates[top]! };
  };
  const { two, p: pIfTwo } = believed(ways, AS_LIKELY_AS_NOT);
  const p = Math.min(first.p, pIfTwo, ...doubtsOf(ways).map((doubted) => believed(doubted).p));
  const scale = first.p === 1 ? 1 : (1 - p) / (1 - first.p);
  const suspects = [
    { version: first.version, p: rounded(p) },
    ...others.map((other) => ({ version: other.version, p: rounded(other.p * scale) })),
  ];
  return { suspects, seenBefore: two === null ? [] : seenBefore(search, each, two) };
}

/** The bad nodes before an answer that may be the second of two changes. */
function seenBefore(
  { range: { part, graph } }: Search,
  { suspects, runs }: OpenCase,
  two: TwoChanges,
): readonly number[] {
  if (two.second !== suspects.top || two.odds < WORTH_TELLING) return [];
  const nodes = [...runs].flatMap(([node, { bad }]) => {
    const local = part.localOf[node]!;
    return bad > 0 && local >= 0 && two.isBefore(local) ? [node] : [];
  });
  const { committedAtS } = graph;
  return nodes.sort((a, b) => committedAtS[a]! - committedAtS[b]! || a - b);
}
