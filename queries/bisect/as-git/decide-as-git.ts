import type { OpenCase } from '../beliefs/open-case.ts';
import type { Decision, Pick, SearchState } from '../verdict/decision.ts';
import { effortLeft } from '../choosing/effort.ts';
import type { GitStep } from './git-bisection.ts';
import type { GitRange } from './git-order.ts';
import { gitStepAfter, type GitTold } from './git-replay.ts';
import type { Outcome } from '../range/problem.ts';
import type { Search } from '../beliefs/search.ts';

/**
 * Decides as `git bisect` would after the same words in the same order, for the first regression of the problem:
 * the last bad version is the bad end, every good one is a good end, and skipped ones are stepped around.
 */
export function decideAsGit(
  search: Search,
  outcomes: readonly Outcome[],
  cases: readonly OpenCase[],
): Decision {
  const { range, problem } = search;
  const { names } = range.graph;
  const first = cases[0]!;
  const { key, platform } = first.regression;
  const searched = problem.direction === 'fixed' ? 'good' : 'bad';
  const told = outcomes.flatMap((outcome): GitTold[] => {
    const node = names.indexOf(outcome.version);
    if (outcome.verdict !== 'skip')
      return outcome.regression === key
        ? [{ node, verdict: outcome.verdict === searched ? 'bad' : 'good' }]
        : [];
    return outcome.platform === platform && outcome.reason !== 'infrastructure'
      ? [{ node, verdict: 'skip' }]
      : [];
  });
  const start: GitRange = {
    bad: range.bads[0]!,
    goods: range.goods,
    firstParent: problem.firstParent ?? false,
    ...(problem.paths === undefined ? {} : { paths: problem.paths }),
  };
  const step = gitStepAfter(range.graph, start, told);
  const { state, picks, suspects, why } = describeStep(step, names.at, platform);
  const counted = step.kind === 'test' ? step.all : first.suspects.count;
  return {
    state,
    next: picks,
    regressions: [
      {
        regression: key,
        state,
        suspectCount: state === 'running' ? counted : suspects.length,
        suspectCountAtStart: range.part.size,
        top:
          state === 'running'
            ? first.suspects.listed
            : suspects.map((version) => ({ version, p: 1 / suspects.length })),
        always: 0,
        never: 0,
        falseFail: 0,
        falsePass: 0,
        contradicted: first.contradicted,
        fromBefore: [],
        unseenBases: [],
        apart: [],
        seenBefore: [],
        why,
      },
    ],
    ...effortLeft(state === 'running' ? [first] : []),
    sharedCulprits: [],
    why,
  };
}

function describeStep(
  step: GitStep,
  nameOf: (node: number) => string,
  platform: string,
): { state: SearchState; picks: Pick[]; suspects: string[]; why: string } {
  const pick = (node: number, purpose: Pick['purpose'], bits: number, why: string): Pick => ({
    version: nameOf(node),
    platform,
    purpose,
    repeats: 1,
    bits,
    cost: 1,
    testable: 1,
    why,
  });
  switch (step.kind) {
    case 'test': {
      const why = `as git bisect: ${step.reaches} of ${step.all} candidates lie on its side`;
      return { state: 'running', picks: [pick(step.node, 'search', 1, why)], suspects: [], why };
    }
    case 'merge-base': {
      const why = 'as git bisect: a merge base must be tested';
      return { state: 'running', picks: [pick(step.node, 'merge-base', 1, why)], suspects: [], why };
    }
    case 'found': {
      const version = nameOf(step.node);
      return {
        state: 'concluded',
        picks: [],
        suspects: [version],
        why: `${version} is the first bad version`,
      };
    }
    case 'only-skipped':
      return {
        state: 'suspects',
        picks: [],
        suspects: step.suspects.map(nameOf),
        why: 'only skipped versions are left to test',
      };
    case 'fixed-between':
      return {
        state: 'contradiction',
        picks: [],
        suspects: [],
        why: `the merge base ${nameOf(step.node)} is bad: it was fixed between it and the good ends`,
      };
    case 'nothing':
      return {
        state: 'contradiction',
        picks: [],
        suspects: [],
        why: `${nameOf(step.node)} is both good and bad: a good version is it, or contains it`,
      };
    case 'nothing-testable':
      return {
        state: 'suspects',
        picks: [],
        suspects: [],
        why: 'no version that is left touches the paths',
      };
  }
}
