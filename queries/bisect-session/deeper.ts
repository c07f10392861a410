import { startCommandLine } from './start-command.ts';
import type { Step } from './step.ts';

/** What the last version of a search over recorded changes stands for, as a suspect. */
export const UNRECORDED = 'a change that the log does not record';

/** Whether a suspect is no change itself, but stands for all that came with the bad end and that the log does not record. */
export function isUnrecorded(step: Step, version: string): boolean {
  const { over } = step.session.start.payload;
  return over === 'changes' && isInLog(step) && step.problem.bad.includes(version);
}

/** Whether the history is that of the log; in a clone the ends are commits, and not the releases that were named. */
function isInLog({ session, problem }: Step): boolean {
  return (
    session.start.payload.over !== 'commits' && problem.bad.some((end) => session.ends.bad.includes(end))
  );
}

/** Whether what was found is a merge of a clone: git reverts it only against one of its parents. */
export function isMerge(step: Step, version: string): boolean {
  return !isInLog(step) && parentsOf(step, version).length > 1;
}

function parentsOf({ problem: { graph } }: Step, version: string): readonly string[] {
  const node = graph.names.indexOf(version);
  if (node < 0) return [];
  const parents = graph.parentList.subarray(graph.parentStart[node], graph.parentStart[node + 1]);
  return Array.from(parents, (parent) => graph.names.at(parent));
}

/**
 * Gives the command that searches inside of what was found: a release holds changes, between recorded changes lie some that
 * the log does not record, and a merge on the main line brings the commits of its branch. Null where the search is not over,
 * or has come down to a commit.
 */
export function deeperSearch(step: Step): string | null {
  const { session, decision } = step;
  const start = session.start.payload;
  const found = decision.regressions.find((r) => r.state === 'concluded')?.top[0]?.version;
  if (found === undefined || start.second !== undefined) return null;
  if (start.firstParent === true && isMerge(step, found)) {
    const [mainline] = parentsOf(step, found);
    return startCommandLine(start, {
      over: 'commits',
      good: [mainline!],
      bad: [found],
      firstParent: false,
      follows: session.id,
    });
  }
  if (start.over === 'commits' || !isInLog(step)) return null;
  if (start.over === 'changes' && !isUnrecorded(step, found))
    return `regline bisect next --session ${session.id} --repo DIR`;
  return startCommandLine(start, {
    over: start.over === 'releases' ? 'changes' : 'commits',
    good: [...parentsOf(step, found)],
    bad: [found],
    follows: session.id,
  });
}
