import type { Pick as Test, RegressionState } from '../bisect/verdict/decision.ts';
import { markAncestors, nodeNamed } from '../bisect/graph/graph.ts';
import type { Step } from './step.ts';

/** What is asked of a step. */
type Standing = Pick<Step, 'problem' | 'outcomes' | 'decision'>;

/** A version that an answer rests on, and the state in which it has to be seen. */
interface Support {
  readonly version: string;
  readonly state: 'good' | 'bad';
}

/**
 * Gives the test that an answer still lacks whose outcomes were all taken for certain: each parent of the culprit is to be seen good, and
 * the culprit bad, `more` times beyond the first. A false outcome leads to a version whose parent it made look good, or which it made look
 * bad itself, so that these are the versions to doubt. Null where nothing is missing, and where the search has no such answer:
 * one that allows for flakes asks for as much as it needs by itself.
 */
export function toConfirm(step: Standing, more: number): Test | null {
  for (const state of step.decision.regressions) {
    const regression = step.problem.regressions.find((r) => r.key === state.regression)!;
    if (state.state !== 'concluded' || state.contradicted || regression.rates.kind !== 'exact') continue;
    for (const support of supportsOf(step, state)) {
      const missing = 1 + more - timesSeen(step, state.regression, support);
      if (missing <= 0 || isUntestable(step, support.version, regression.platform)) continue;
      return {
        version: support.version,
        platform: regression.platform,
        purpose: support.state === 'good' ? 'see-parent-good' : 'see-it-bad',
        repeats: 1,
        bits: 0,
        cost: 0,
        testable: 1,
        why: `the answer rests on it; ${missing} more ${support.state} ${missing === 1 ? 'run confirms' : 'runs confirm'} it`,
      };
    }
  }
  return null;
}

/** The culprit, and its parents but for those that some good end contains. */
function supportsOf({ problem }: Standing, { top }: RegressionState): readonly Support[] {
  const { graph, firstParent, good } = problem;
  const culprit = top[0]!.version;
  const node = nodeNamed(graph, culprit);
  const ends = good.map((end) => nodeNamed(graph, end));
  const spared = markAncestors(graph, ends);
  const parents = [...graph.parentList.slice(graph.parentStart[node], graph.parentStart[node + 1])];
  const followed = firstParent === true ? parents.slice(0, 1) : parents;
  return [
    ...followed
      .filter((parent) => spared[parent] === 0 || ends.includes(parent))
      .map((parent) => ({ version: graph.names.at(parent), state: 'good' as const })),
    { version: culprit, state: 'bad' as const },
  ];
}

/** How many runs showed a version so. What is said of an end counts as seen once. */
function timesSeen({ problem, outcomes }: Standing, regression: string, { version, state }: Support): number {
  const isStated = (state === 'good' ? problem.good : problem.bad).includes(version);
  const isSo = (verdict: string) => (verdict === state) === (problem.direction !== 'fixed');
  return outcomes.reduce(
    (sum, o) =>
      o.verdict !== 'skip' && o.regression === regression && o.version === version && isSo(o.verdict)
        ? sum + (o.runs ?? 1)
        : sum,
    isStated ? 1 : 0,
  );
}

/** Whether it could not be tested once, though it ran before: to try again and again would go on for ever. */
function isUntestable({ outcomes }: Standing, version: string, platform: string): boolean {
  return outcomes.some((o) => o.verdict === 'skip' && o.version === version && o.platform === platform);
}
