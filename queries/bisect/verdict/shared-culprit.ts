import type { OpenCase } from '../beliefs/open-case.ts';
import type { SharedCulprit } from './decision.ts';
import type { CandidateRange } from '../range/range.ts';
import { addTo } from '../../../store/grouping.ts';

/** Below this a common first suspect is a coincidence of two wide fields. */
const LEAST_SHARE = 0.5;

/** Groups the regressions whose first suspect is the same and likely: probably one culprit. */
export function sharedCulprits(range: CandidateRange, cases: readonly OpenCase[]): SharedCulprit[] {
  const groups = new Map<number, OpenCase[]>();
  for (const each of cases) {
    const { top, listed } = each.suspects;
    if (top < 0 || listed[0]!.p < LEAST_SHARE) continue;
    addTo(groups, top, each);
  }
  return [...groups]
    .filter(([, group]) => group.length > 1)
    .sort(([a], [b]) => a - b)
    .map(([top, group]) => ({
      version: range.graph.names.at(range.part.nodeOf[top]!),
      regressions: group.map((each) => each.regression.key),
      p: group.reduce((p, each) => p * each.posterior.candidates[top]!, 1),
    }));
}
