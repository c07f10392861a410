import { optional } from '../../store/optional-text.ts';
import type { RegressionState } from '../bisect/verdict/decision.ts';
import { markAncestors, markDescendants, nodeNamed } from '../bisect/graph/graph.ts';
import { equalToParent } from '../bisect/beliefs/priors.ts';
import type { Problem } from '../bisect/range/problem.ts';
import { searchOf } from '../bisect/beliefs/search.ts';
import { engineWords } from './engine-words.ts';
import { FIRST_AXIS } from './pairs.ts';
import type { Step } from './step.ts';

/** More versions than this are counted. */
const MOST_BASES = 3;

/** What a person should know of a search before believing its answer. */
export function warningsOf(step: Step): readonly string[] {
  const { waiting, session, decision } = step;
  const cutOff = ofCutOff(step);
  if (waiting.length > 0)
    return waiting.includes('bad') || decision.next.length > 0 || decision.state !== 'running'
      ? cutOff
      : [...cutOff, engineWords(session, decision.why)];
  if (session.start.payload.second !== undefined) return ofOtherAxis(step);
  const concluded = decision.regressions.filter((each) => each.state === 'concluded');
  const ofAnswers = concluded.flatMap((each) => [
    ...ofUnseenState(step, each),
    ...ofUnseenCulprit(step, each),
    ...ofEqualBuild(step, each),
    ...ofSecondChange(step, each),
  ]);
  return [
    ...cutOff,
    ...ofUntestableBases(step),
    ...ofUntestableEnds(step),
    ...ofFromBefore(step),
    ...new Set([
      ...decision.regressions.flatMap((each) => [
        ...ofUnseenBases(step, each),
        ...ofBranchesApart(step, each),
      ]),
      ...ofAnswers,
    ]),
  ];
}

/** A shallow clone that ends between the ends: what was left out cannot be suspected, and its last commit stands for all of it. */
function ofCutOff(step: Step): readonly string[] {
  const { problem, history } = step;
  if (history.cutOff.size === 0 || problem.bad.length === 0) return [];
  const { part, graph } = searchOf(problem).range;
  const last = Array.from(part.nodeOf, (node) => graph.names.at(node)).filter((v) => history.cutOff.has(v));
  if (last.length === 0) return [];
  const names = last.slice(0, MOST_BASES).map((version) => named(step, version));
  const more = last.length > MOST_BASES ? ` and ${last.length - MOST_BASES} more` : '';
  return [
    `the clone is shallow and ends at ${names.join(', ')}${more}: what came before cannot be suspected (git fetch --unshallow)`,
  ];
}

/** Of two things that are searched as one: a culprit of one that was seen bad only beside newer versions of the other may need both. */
function ofOtherAxis({ session, decision, outcomes, history }: Step): readonly string[] {
  const { second, good } = session.start.payload;
  const { terms } = session;
  return decision.regressions.flatMap(({ state, regression, top }): readonly string[] => {
    if (state !== 'concluded' || second === undefined) return [];
    const { axis, version: culprit } = history.meaningOf(top[0]!.version);
    const isFirst = axis === FIRST_AXIS;
    const [other, old] = isFirst ? [second.name, second.good] : [FIRST_AXIS, good[0]!];
    const isAlone = outcomes.some((o) => {
      if (o.verdict !== 'bad' || o.regression !== regression) return false;
      const tested = history.meaningOf(o.version);
      return (isFirst ? tested.second : tested.version) === old;
    });
    if (isAlone) return [];
    const pair = isFirst ? `${culprit} x ${old}` : `${old} x ${culprit}`;
    return [
      `nothing was ${terms.bad} with ${other} ${old}: where ${pair} is ${terms.good}, it takes a change of both`,
    ];
  });
}

function ofUntestableBases(step: Step): readonly string[] {
  const { range } = searchOf(step.problem);
  const { terms } = step.session;
  return range.mergeBases
    .map(range.graph.names.at)
    .filter((version) => isUntestable(step, version) && !isBorneOut(step, 'good', version))
    .map(
      (version) =>
        `the merge base ${named(step, version)} could not be tested: where it is ${terms.bad}, the ${terms.good} end was repaired and not spared, and what is found between the merge base and the ${terms.bad} end is wrong`,
    );
}

function ofUntestableEnds(step: Step): readonly string[] {
  const { terms } = step.session;
  return (['good', 'bad'] as const).flatMap((side) =>
    step.problem[side]
      .filter((version) => isUntestable(step, version) && !isBorneOut(step, side, version))
      .map(
        (version) =>
          `the ${terms[side]} end ${named(step, version)} could not be tested: the answer rests on its being ${terms[side]} all the same`,
      ),
  );
}

/**
 * Whether tests found, in each regression, what a version was said to be between it and the ends on the other side: the answer then
 * lies between what was seen. A good merge base is no better known by what is good on the good end's own branch.
 */
function isBorneOut({ problem, outcomes, decision }: Step, side: 'good' | 'bad', version: string): boolean {
  const { graph } = searchOf(problem).range;
  const node = nodeNamed(graph, version);
  const below = markAncestors(
    graph,
    side === 'good' ? problem.bad.map((end) => nodeNamed(graph, end)) : [node],
  );
  const above = side === 'good' ? markDescendants(graph, [node]) : null;
  const verdict = verdictOfEnd(problem, side);
  return decision.regressions.every(({ regression }) =>
    outcomes.some((o) => {
      if (o.verdict !== verdict || o.regression !== regression) return false;
      const seen = graph.names.indexOf(o.version);
      return below[seen] === 1 && above?.[seen] !== 0;
    }),
  );
}

/** What a test of an end gives that is as it was said to be: a search for a fix has its good end broken. */
function verdictOfEnd({ direction }: Problem, side: 'good' | 'bad'): 'good' | 'bad' {
  return (side === 'good') === (direction === 'fixed') ? 'bad' : 'good';
}

function ofFromBefore(step: Step): readonly string[] {
  const early = new Set(step.decision.regressions.flatMap((each) => each.fromBefore));
  if (early.size === 0) return [];
  const { terms } = step.session;
  const names = [...early].map((version) => named(step, version)).join(', ');
  return step.problem.direction === 'fixed'
    ? [`from before it broke, and taken for no sign of a fix: ${names}`]
    : [
        `${terms.bad} from before the ${terms.good} end was repaired, and taken for no sign of this regression: ${names}`,
      ];
}

/** An answer that rests on branches from before the good end: what they were like where they began is taken for that of the good end. */
function ofUnseenBases(step: Step, { state, top, unseenBases }: RegressionState): readonly string[] {
  const { terms } = step.session;
  const answer = state === 'concluded' ? top[0]!.version : 'what is suspected';
  const otherwise =
    step.problem.direction === 'fixed'
      ? `the branch never was broken, and ${answer} repaired nothing`
      : `${answer} broke nothing, and the ${terms.good} end was repaired after that`;
  const told = (bases: readonly string[], seen: string) => {
    if (bases.length === 0) return [];
    const more = bases.length > MOST_BASES ? ` and ${bases.length - MOST_BASES} more` : '';
    const names = bases.slice(0, MOST_BASES).map((version) => named(step, version));
    const [branches, which] =
      bases.length === 1 ? ['a branch that begins', 'that is'] : ['branches that begin', 'one of them is'];
    return [
      `${answer} rests on ${branches} at ${names.join(', ')}${more}, before the ${terms.good} end, which ${seen}: where ${which} ${terms.bad}, it may be that ${otherwise}`,
    ];
  };
  const untestable = unseenBases.filter((version) => isUntestable(step, version));
  const untested = unseenBases.filter((version) => !untestable.includes(version));
  const was = untested.length === 1 ? 'was' : 'were';
  return [
    ...told(untestable, 'could not be tested'),
    ...told(untested, `${was} not tested (run --check-ends does)`),
  ];
}

/** An answer that is what bad versions on branches apart have in common, where nothing of that could be tested. */
function ofBranchesApart(step: Step, { state, top, apart }: RegressionState): readonly string[] {
  if (apart.length === 0) return [];
  const { bad } = step.session.terms;
  const versions = apart.map((version) => named(step, version)).join(' and ');
  const answer = state === 'concluded' ? top[0]!.version : 'what is suspected';
  return [
    `${versions} are ${bad} on branches apart, and nothing that they have in common could be seen ${bad}: where each got a change of its own, as a backport is, it is not ${answer}`,
  ];
}

/** Where every test came out alike, the answer lies beside an end that nobody has seen in the state it was said to be in. */
function ofUnseenState(step: Step, { regression }: RegressionState): readonly string[] {
  const { problem, outcomes, session } = step;
  const seen = new Set(
    outcomes.flatMap((o) => (o.verdict !== 'skip' && o.regression === regression ? [o.verdict] : [])),
  );
  const [verdict, other] = [...seen];
  if (verdict === undefined || other !== undefined) return [];
  // The ends of a turn are what the search before saw.
  if (session.start.payload.follows !== undefined) return [];
  const unseen = verdictOfEnd(problem, 'good') === verdict ? 'bad' : 'good';
  const ends = problem[unseen].filter((version) => !isUntestable(step, version));
  if (ends.length === 0) return [];
  const word = session.terms[unseen];
  const which = problem.regressions.length === 1 ? '' : ` of ${regression}`;
  return [
    `no test${which} was ${word}: the answer rests on ${ends.map((end) => named(step, end)).join(', ')} being ${word}, which run --check-ends tests`,
  ];
}

/** A culprit that follows from others: by one turn alone in the history it is proven, by several it is not. */
function ofUnseenCulprit(step: Step, { regression, top, apart }: RegressionState): readonly string[] {
  const { problem, outcomes, session } = step;
  const culprit = top[0]!.version;
  const wasSeen = outcomes.some(
    (o) => o.version === culprit && o.verdict !== 'skip' && o.regression === regression,
  );
  if (wasSeen || apart.length > 0 || problem.bad.includes(culprit)) return [];
  const { bad, good } = session.terms;
  return [
    `${named(step, culprit)} was not tested itself: it is what all ${bad} versions contain and no ${good} one does (run --confirm tests it)`,
  ];
}

/** A culprit that changed nothing: somebody sees what is not in the version. */
function ofEqualBuild(step: Step, { top }: RegressionState): readonly string[] {
  const { range } = searchOf(step.problem);
  const [first] = top;
  const local = first === undefined ? -1 : range.part.localOf[range.graph.names.indexOf(first.version)]!;
  if (local < 0 || equalToParent(step.problem, range)[local] !== 1) return [];
  return [
    `${named(step, first!.version)} has the tree or the build of a parent: the test goes by something else, or does not always tell the same (start --flaky repeats it)`,
  ];
}

/** What failed before the answer is taken for a flake; where it is none, the answer made fail always what failed now and then. */
function ofSecondChange(step: Step, { top, seenBefore }: RegressionState): readonly string[] {
  const [oldest] = seenBefore;
  if (oldest === undefined) return [];
  const { terms } = step.session;
  const names = seenBefore.slice(0, MOST_BASES).map((version) => named(step, version));
  const more = seenBefore.length > MOST_BASES ? ` and ${seenBefore.length - MOST_BASES} more` : '';
  const were = seenBefore.length === 1 ? 'was' : 'were';
  return [
    `${names.join(', ')}${more} ${were} ${terms.bad} before ${top[0]!.version}: where that was no flake, something older makes the test ${terms.bad} now and then, and ${top[0]!.version} nearly always; a search up to ${oldest} (--bad ${oldest}) tells`,
  ];
}

function isUntestable({ outcomes }: Step, version: string): boolean {
  const here = outcomes.filter((o) => o.version === version);
  return here.length > 0 && here.every((o) => o.verdict === 'skip');
}

function named({ history }: Step, version: string): string {
  const subject = history.subject(version);
  return `${version}${optional(' "', subject, '"')}`;
}
