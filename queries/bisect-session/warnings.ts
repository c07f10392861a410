import { searchOf } from '../bisect/search.ts';
import type { Step } from './step.ts';

/** What a person should know of a search before believing its answer. */
export function warningsOf({ problem, outcomes, waiting, session, history }: Step): readonly string[] {
  if (waiting.length > 0 || session.start.payload.second !== undefined) return [];
  const { range } = searchOf(problem);
  const { terms } = session;
  return range.mergeBases.flatMap((node) => {
    const version = range.graph.names.at(node);
    const here = outcomes.filter((o) => o.version === version);
    if (here.length === 0 || here.some((o) => o.verdict !== 'skip')) return [];
    const subject = history.subject(version);
    return [
      `the merge base ${version}${subject === null ? '' : ` "${subject}"`} could not be tested: where it is ${terms.bad}, the ${terms.good} end was repaired and not spared, and what is found between the merge base and the ${terms.bad} end is wrong`,
    ];
  });
}
