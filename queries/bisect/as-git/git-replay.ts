import { gitNextStep, type GitSearch, type GitStep } from './git-bisection.ts';
import type { GitRange } from './git-order.ts';
import type { VersionGraph } from '../graph/graph.ts';

/** One thing that `git bisect` was told. */
export interface GitTold {
  readonly verdict: 'good' | 'bad' | 'skip';
  readonly node: number;
}

/** What `git bisect` would do next after a start and what it was told since, in that order. */
export function gitStepAfter(graph: VersionGraph, start: GitRange, told: readonly GitTold[]): GitStep {
  const search = searchAfter(graph, start, told);
  const step = gitNextStep(graph, search);
  // Without paths it makes no difference unless there is a base to test.
  if ((!asksForBases(step) && start.paths === undefined) || !basesSettled(graph, start, told)) return step;
  return gitNextStep(graph, { ...search, mergeBasesSettled: true });
}

/** The last bad commit is the bad end, every good one is a good end. */
function searchAfter(graph: VersionGraph, start: GitRange, told: readonly GitTold[]): GitSearch {
  const nodesOf = (verdict: GitTold['verdict']): number[] =>
    told.filter((each) => each.verdict === verdict).map(({ node }) => node);
  const goods = new Set([...start.goods, ...nodesOf('good')]);
  const nameOf = graph.names.at;
  return {
    ...start,
    bad: nodesOf('bad').at(-1) ?? start.bad,
    // git reads its good ends from refs, which are sorted by name.
    goods: [...goods].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
    skipped: [...new Set(nodesOf('skip'))],
  };
}

function asksForBases({ kind }: GitStep): boolean {
  return kind === 'merge-base' || kind === 'fixed-between';
}

/**
 * Whether git no longer looks at merge bases: it was content with them once (`BISECT_ANCESTORS_OK`), and since then
 * was told of nothing but what it had picked (`BISECT_EXPECTED_REV`).
 */
function basesSettled(graph: VersionGraph, start: GitRange, told: readonly GitTold[]): boolean {
  let settled = false;
  let expected: number | null = null;
  for (const [count, next] of told.entries()) {
    const search = searchAfter(graph, start, told.slice(0, count));
    const step = gitNextStep(graph, { ...search, mergeBasesSettled: settled });
    if (!asksForBases(step) && search.goods.length > 0) settled = true;
    if (step.kind === 'test' || step.kind === 'merge-base') expected = step.node;
    if (expected === null || next.node === expected) continue;
    settled = false;
    expected = null;
  }
  return settled;
}
