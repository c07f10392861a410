import { searchOf } from '../bisect/search.ts';
import type { Step } from './step.ts';

/** What a person should know of a search before believing its answer. */
export function warningsOf(step: Step): readonly string[] {
  const { problem, waiting, session, history } = step;
  if (waiting.length > 0 || session.start.payload.second !== undefined) return [];
  const { range } = searchOf(problem);
  const { terms } = session;
  const isUntestable = (version: string) => {
    const here = step.outcomes.filter((o) => o.version === version);
    return here.length > 0 && here.every((o) => o.verdict === 'skip');
  };
  const named = (version: string) => {
    const subject = history.subject(version);
    return `${version}${subject === null ? '' : ` "${subject}"`}`;
  };
  const bases = range.mergeBases
    .map(range.graph.names.at)
    .filter(isUntestable)
    .map(
      (version) =>
        `the merge base ${named(version)} could not be tested: where it is ${terms.bad}, the ${terms.good} end was repaired and not spared, and what is found between the merge base and the ${terms.bad} end is wrong`,
    );
  const ends = (['good', 'bad'] as const).flatMap((side) =>
    problem[side]
      .filter(isUntestable)
      .map(
        (version) =>
          `the ${terms[side]} end ${named(version)} could not be tested: the answer rests on its being ${terms[side]} all the same`,
      ),
  );
  return [...bases, ...ends];
}
