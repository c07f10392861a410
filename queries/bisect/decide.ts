import type { Ask } from './verdict/ask.ts';
import { BisectError } from './graph/bisect-error.ts';
import type { Decision, Pick, RegressionState, SearchState } from './verdict/decision.ts';
import { deadEndOf } from './verdict/dead-end.ts';
import { decideAsGit } from './as-git/decide-as-git.ts';
import { effortLeft } from './choosing/effort.ts';
import { basesOfSuspects } from './verdict/bases-to-see.ts';
import { branchesApart, commonToSee } from './verdict/branches-apart.ts';
import { fromBefore } from './beliefs/from-before.ts';
import { askedPicks, nextPicks, untestedBases, type Asked } from './choosing/next-picks.ts';
import { openCase } from './beliefs/open-case.ts';
import type { DecideOptions, Outcome, Problem } from './range/problem.ts';
import { searchOf } from './beliefs/search.ts';
import { isTestable, type SearchedCase } from './verdict/searched-case.ts';
import { sharedCulprits } from './verdict/shared-culprit.ts';
import { tallyOf, type Tally } from './range/tally.ts';
import { verdictOf, type Verdict } from './verdict/verdict.ts';

const LISTED = 20;

/**
 * Decides what to test next, or that the search has an answer. A pure function: the same problem, outcomes (in
 * order, retracted ones left out) and options give the same decision on every machine. Throws a `BisectError` for
 * names that the history or the problem does not know.
 */
export function decide(
  problem: Problem,
  outcomes: readonly Outcome[],
  options: DecideOptions = {},
): Decision {
  if (problem.regressions.length === 0)
    throw new BisectError('unknown-regression', 'a search needs at least one regression');
  const search = searchOf(problem);
  const seen = tallyOf(problem.graph, problem, outcomes);
  const openCases = (tally: Tally) =>
    problem.regressions.map((regression) => openCase(search, tally, regression, options.listed ?? LISTED));
  if (options.chooser === 'git') return decideAsGit(search, outcomes, openCases(seen));
  const testsBases = problem.direction === 'fixed' || options.checkBases === true;
  const { tally, versions } = fromBefore(search, seen);
  const cases = openCases(tally);
  const searched = cases.map((open): SearchedCase => ({
    search,
    tally,
    open,
    fromBefore: versions.get(open.regression.key) ?? [],
    testsBases,
  }));
  const verdicts = searched.map(verdictOf);

  const bases = untestedBases(search, tally, cases);
  const telling = bases.length > 0 ? bases : nextPicks(search, tally, cases, verdicts, options);
  // Where no test parts what is suspected any more, others still tell whether it rests on anything.
  const undivided = cases.map((_, index) => telling.length === 0 && verdicts[index]!.state === 'running');
  const common = searched.flatMap((each, index): Asked[] => {
    const ask = undivided[index]! ? commonToSee(each) : null;
    return ask === null ? [] : [{ each: each.open, ask }];
  });
  const left = searched.map((each, index) => (undivided[index]! ? basesOfSuspects(each) : []));
  const picks =
    telling.length > 0
      ? telling
      : askedPicks(search, [...common, ...(testsBases ? firstTestable(searched, left) : [])]);
  const exhausted = picks.length === 0;
  const states = searched.map((each, index): RegressionState => {
    const verdict = verdicts[index]!;
    if (verdict.state !== 'running' || !exhausted) return describeCase(each, verdict);
    const why = verdict.why === '' && each.open.rates.kind === 'exact' ? deadEndOf(each) : verdict.why;
    const unseenBases = left[index]!.map(({ node }) => node);
    const apart = branchesApart(search, each.open);
    return describeCase(each, { state: 'suspects', why, unseenBases, apart });
  });
  const state = overallState(states.map((each) => each.state));
  return {
    state,
    next: picks,
    regressions: states,
    ...effortLeft(cases.filter((_, index) => states[index]!.state === 'running')),
    sharedCulprits: sharedCulprits(search.range, cases),
    why: whyLine(state, states, picks),
  };
}

/** Of each case the first of these tests that can be made. */
function firstTestable(cases: readonly SearchedCase[], asks: readonly (readonly Ask[])[]): readonly Asked[] {
  return cases.flatMap((each, index) => {
    const ask = asks[index]!.find(({ node }) => isTestable(each, node));
    return ask === undefined ? [] : [{ each: each.open, ask }];
  });
}

function describeCase(
  { search, open, fromBefore }: SearchedCase,
  { state, why, claim, unseenBases = [], apart = [] }: Omit<Verdict, 'asks'>,
): RegressionState {
  const { posterior, suspects, regression, contradicted } = open;
  const nameOf = search.range.graph.names.at;
  const inverted = search.problem.direction === 'fixed';
  const { falseFail, falsePass } = posterior.rates;
  const atStart = search.suspectsAtStart(regression.key);
  return {
    regression: regression.key,
    state,
    suspectCount: suspects.count,
    suspectCountAtStart: atStart,
    top: claim?.suspects ?? suspects.listed,
    always: posterior.always,
    never: posterior.never,
    falseFail: inverted ? falsePass : falseFail,
    falsePass: inverted ? falseFail : falsePass,
    contradicted,
    fromBefore: fromBefore.map(nameOf),
    unseenBases: unseenBases.map(nameOf),
    apart: apart.map(nameOf),
    seenBefore: (claim?.seenBefore ?? []).map(nameOf),
    why: why === '' ? `${suspects.count} suspects left (were ${atStart})` : why,
  };
}

function overallState(states: readonly SearchState[]): SearchState {
  for (const state of ['running', 'contradiction', 'suspects'] as const)
    if (states.includes(state)) return state;
  return 'concluded';
}

function whyLine(
  state: SearchState,
  regressions: readonly RegressionState[],
  picks: readonly Pick[],
): string {
  const told = regressions.map((each) =>
    regressions.length === 1 ? each.why : `${each.regression}: ${each.why}`,
  );
  if (state === 'suspects' && picks.length === 0)
    told.push('no test tells more: what is left cannot be separated');
  const next = picks[0];
  return next === undefined ? told.join('. ') : `${told.join('. ')}. Next ${next.version}: ${next.why}`;
}
