import type { ProbeMarket, ScoredProbe } from './probe-market.ts';

/** Scores closer than this to the best give way to a build at hand or a tag: people gain more from those. */
export const NEAR_TIE = 0.02;
/**
 * A merge on the main line is a mere convenience. At 2% it would cost a noise-free search a fiftieth of a test
 * each step, which adds up to more tests than git needs.
 */
const NEAR_TIE_MAINLINE = 0.0005;

/** Picks the best of scored probes; of near ties the most convenient, then the best score, then by name. */
export function preferredProbe(market: ProbeMarket, probes: readonly ScoredProbe[]): ScoredProbe | null {
  const best = Math.max(0, ...probes.map((probe) => probe.score));
  if (best === 0) return null;
  let winner: ScoredProbe | null = null;
  let winnerRank = -1;
  for (const probe of probes) {
    if (probe.score < best * (1 - NEAR_TIE)) continue;
    const preferred = preferenceOf(market, probe, best);
    const rank =
      preferred === null ? (probe.score === best ? 1 : 0) : { mainline: 2, tag: 3, cached: 4 }[preferred];
    if (
      winner === null ||
      rank > winnerRank ||
      (rank === winnerRank &&
        (probe.score > winner.score ||
          (probe.score === winner.score && isNamedBefore(market, probe, winner))))
    ) {
      winner = { ...probe, preferred: probe.score === best && rank < 2 ? null : preferred };
      winnerRank = rank;
    }
  }
  return winner;
}

function preferenceOf(market: ProbeMarket, probe: ScoredProbe, best: number): ScoredProbe['preferred'] {
  if (probe.local < 0) return null;
  // Where building costs nothing, a build at hand saves nobody anything.
  if (market.cached[probe.local] === 1 && market.costs.build > 0) return 'cached';
  if (market.tagged[probe.local] === 1) return 'tag';
  const { part, mainline } = market.range;
  const isMerge = part.parentStart[probe.local + 1]! - part.parentStart[probe.local]! > 1;
  return isMerge && mainline[probe.local] === 1 && probe.score >= best * (1 - NEAR_TIE_MAINLINE)
    ? 'mainline'
    : null;
}

function isNamedBefore(market: ProbeMarket, a: ScoredProbe, b: ScoredProbe): boolean {
  const { names } = market.range.graph;
  return names.at(a.node) < names.at(b.node);
}
