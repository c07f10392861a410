import { markAncestors, nodeNamed } from '../bisect/graph.ts';
import { chainBelow, stateChanges, type StateChange } from '../bisect/state-history.ts';
import type { RunTally } from '../bisect/tally.ts';
import type { Step } from './step.ts';

/** The changes of state that the tests of one regression show along first parents, where there is more than one. */
export interface StateChanges {
  readonly regression: string;
  readonly changes: readonly StateChange[];
}

/**
 * Looks for more than one change of state in what was tested: broken here, fixed there. Each is a search of its own. The
 * chain is the one below the newest version that was tested or is an end.
 */
export function stateChangesOf({ session, problem, outcomes, decision, waiting }: Step): StateChanges[] {
  if (waiting.length > 0 || session.start.payload.second !== undefined) return [];
  const { graph, direction } = problem;
  return problem.regressions.flatMap(({ key }) => {
    const runs = new Map<string, RunTally>();
    const see = (version: string, verdict: 'good' | 'bad', count: number) => {
      const { bad, good } = runs.get(version) ?? { bad: 0, good: 0 };
      runs.set(version, verdict === 'bad' ? { bad: bad + count, good } : { bad, good: good + count });
    };
    const [old, young] = direction === 'fixed' ? (['bad', 'good'] as const) : (['good', 'bad'] as const);
    for (const end of problem.good) see(end, old, 1);
    for (const end of problem.bad) see(end, young, 1);
    for (const o of outcomes)
      if (o.verdict !== 'skip' && o.regression === key) see(o.version, o.verdict, o.runs ?? 1);
    const nodes = [...runs.keys()].map((version) => nodeNamed(graph, version));
    const newest = nodes.filter((node) => nodes.every((other) => other <= node || !contains(other, node)));
    const { falseFail, falsePass } = decision.regressions.find((r) => r.regression === key) ?? {
      falseFail: 0,
      falsePass: 0,
    };
    const found = newest.map((node) =>
      stateChanges(
        chainBelow(graph, graph.names.at(node), (version) => runs.get(version)),
        { falseFail, falsePass },
      ),
    );
    const most = found.reduce<readonly StateChange[]>((a, b) => (b.length > a.length ? b : a), []);
    return most.length > 1 ? [{ regression: key, changes: most }] : [];
  });

  function contains(descendant: number, ancestor: number): boolean {
    return markAncestors(graph, [descendant])[ancestor] === 1;
  }
}
