import { nodeNamed } from '../bisect/graph.ts';
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
  return problem.bad.some((end) => session.ends.bad.includes(end));
}

/**
 * Gives the command that searches inside of what was found: a release holds changes, and between recorded changes lie some
 * that the log does not record. Null where the search is not over, or has come down to commits.
 */
export function deeperSearch(step: Step): string | null {
  const { session, decision, problem } = step;
  const start = session.start.payload;
  const found = decision.regressions.find((r) => r.state === 'concluded')?.top[0]?.version;
  if (found === undefined || start.second !== undefined || start.over === 'commits' || !isInLog(step))
    return null;
  if (start.over === 'changes' && !isUnrecorded(step, found))
    return `regline bisect next --session ${session.id} --repo DIR`;
  const { graph } = problem;
  const node = nodeNamed(graph, found);
  const before = Array.from(graph.parentList.subarray(graph.parentStart[node], graph.parentStart[node + 1]));
  return startCommandLine(start, {
    over: start.over === 'releases' ? 'changes' : 'commits',
    good: before.map((parent) => graph.names.at(parent)),
    bad: [found],
    follows: session.id,
  });
}
