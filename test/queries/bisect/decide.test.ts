import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../queries/bisect/decide.ts';
import type { Decision } from '../../../queries/bisect/verdict/decision.ts';
import type { RateModel } from '../../../queries/bisect/rates/flakiness.ts';
import { learnedRates } from '../../../queries/bisect/rates/learned-rates.ts';
import { graphFromChain, type VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import type { DecideOptions, Outcome, Problem } from '../../../queries/bisect/range/problem.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { ancestorsOf, arbitraryHistory } from './random-history.ts';

const EXACT: RateModel = { kind: 'exact' };

function problemOn(graph: VersionGraph, rates: RateModel): Problem {
  return {
    graph,
    good: [graph.names.at(0)],
    bad: [graph.names.at(graph.size - 1)],
    regressions: [{ key: 'boot', platform: 'x86_64', rates }],
  };
}

/** A planted culprit and how its test behaves. */
interface Truth {
  readonly culprit: number;
  readonly falseFail: number;
  readonly falsePass: number;
  /** The share of versions that cannot be built. */
  readonly broken: number;
}

/** Answers a pick as a lab would: whether the version can be built is a fact of the version. */
function answer(problem: Problem, truth: Truth, version: string, random: () => number): Outcome {
  const node = problem.graph.names.indexOf(version);
  if (truth.broken > 0 && randomNumbers(node + 77)() < truth.broken)
    return { verdict: 'skip', version, platform: 'x86_64', reason: 'build' };
  const isBad = ancestorsOf(problem.graph, node).has(truth.culprit);
  const seenBad = isBad ? random() >= truth.falsePass : random() < truth.falseFail;
  return { verdict: seenBad ? 'bad' : 'good', version, regression: 'boot' };
}

function play(
  problem: Problem,
  truth: Truth,
  seed: number,
  options: DecideOptions = {},
): { decision: Decision; outcomes: Outcome[] } {
  const random = randomNumbers(seed);
  const outcomes: Outcome[] = [];
  for (let turn = 0; turn < 400; turn++) {
    const decision = decide(problem, outcomes, options);
    if (decision.state !== 'running') return { decision, outcomes };
    for (const pick of decision.next) {
      for (let run = 0; run < pick.repeats; run++) {
        const outcome = answer(problem, truth, pick.version, random);
        outcomes.push(outcome);
        if (outcome.verdict !== 'good') break;
      }
    }
  }
  throw new Error(`no end after ${outcomes.length} outcomes`);
}

/** The candidates of a history whose ends are its first and last node. */
function candidatesOf(graph: VersionGraph): number[] {
  return [...ancestorsOf(graph, graph.size - 1)].filter((node) => node !== 0).sort((a, b) => a - b);
}

/** The last node and its first parents, down to the first node. */
function mainline(graph: VersionGraph): Set<number> {
  const nodes = new Set<number>();
  for (let node = graph.size - 1; node !== 0; node = graph.parentList[graph.parentStart[node]!]!)
    nodes.add(node);
  return nodes;
}

const planted = (graph: VersionGraph, choice: number): number => {
  const candidates = candidatesOf(graph);
  return candidates[choice % candidates.length]!;
};

describe('a search without noise', () => {
  it('names the planted culprit on any history', () => {
    fc.assert(
      fc.property(arbitraryHistory(120), fc.nat(), (graph, choice) => {
        const culprit = planted(graph, choice);
        const { decision } = play(
          problemOn(graph, EXACT),
          { culprit, falseFail: 0, falsePass: 0, broken: 0 },
          1,
        );
        expect(decision.state).toBe('concluded');
        expect(decision.regressions[0]!.top).toEqual([{ version: graph.names.at(culprit), p: 1 }]);
      }),
      { numRuns: 150 },
    );
  });

  it('is not misled by what speaks for others, nor by builds that are taken for equal', () => {
    fc.assert(
      fc.property(arbitraryHistory(120), fc.nat(), fc.nat(), (graph, choice, seed) => {
        const culprit = planted(graph, choice);
        const random = randomNumbers(seed);
        const candidates = candidatesOf(graph);
        const some = () => graph.names.at(candidates[Math.floor(random() * candidates.length)]!);
        const problem: Problem = {
          ...problemOn(graph, EXACT),
          factors: Array.from({ length: 3 }, () => ({
            version: some(),
            factor: 10 ** (6 * random()),
            why: '',
          })),
          builds: new Map(candidates.map((node) => [graph.names.at(node), `build ${node % 3}`])),
          ...(random() < 0.5 ? { firstParent: true } : {}),
        };
        fc.pre(problem.firstParent !== true || mainline(graph).has(culprit));
        const { decision } = play(problem, { culprit, falseFail: 0, falsePass: 0, broken: 0 }, 1);
        expect(decision.state).toBe('concluded');
        expect(decision.regressions[0]!.top).toEqual([{ version: graph.names.at(culprit), p: 1 }]);
      }),
      { numRuns: 150 },
    );
  });

  it('of the main line never loses the merge that brought the culprit in to what is seen on branches', () => {
    fc.assert(
      fc.property(arbitraryHistory(60), fc.nat(), fc.nat(), (graph, choice, seed) => {
        const line = [...mainline(graph)].sort((a, b) => a - b);
        const onBranches = candidatesOf(graph).filter((node) => !line.includes(node));
        fc.pre(onBranches.length > 0);
        const culprit = onBranches[choice % onBranches.length]!;
        const broughtIn = line.find((node) => ancestorsOf(graph, node).has(culprit))!;
        const problem: Problem = { ...problemOn(graph, EXACT), firstParent: true };
        const truth = { culprit, falseFail: 0, falsePass: 0, broken: 0 };
        const random = randomNumbers(seed);
        const told = (node: number) => answer(problem, truth, graph.names.at(node), random);
        const outcomes: Outcome[] = [told(culprit)];
        for (let n = 0; n < 5; n++)
          outcomes.push(told(onBranches[Math.floor(random() * onBranches.length)]!));
        const { top } = decide(problem, outcomes, { listed: 1_000 }).regressions[0]!;
        expect(top.map((each) => each.version)).toContain(graph.names.at(broughtIn));
        // The main line tells which one it is, whatever was seen on branches.
        outcomes.push(...line.map(told));
        const { state, regressions } = decide(problem, outcomes);
        expect(state).toBe('concluded');
        expect(regressions[0]!.top).toEqual([{ version: graph.names.at(broughtIn), p: 1 }]);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps the planted culprit among the suspects when versions cannot be built', () => {
    fc.assert(
      fc.property(arbitraryHistory(60), fc.nat(), (graph, choice) => {
        const culprit = planted(graph, choice);
        const truth = { culprit, falseFail: 0, falsePass: 0, broken: 0.4 };
        const { decision } = play(problemOn(graph, EXACT), truth, 1, { listed: 100 });
        const { top } = decision.regressions[0]!;
        expect(top.map((each) => each.version)).toContain(graph.names.at(culprit));
      }),
      { numRuns: 100 },
    );
  });

  it('halves a chain', () => {
    const graph = graphFromChain(Array.from({ length: 1025 }, (_, i) => `v6.${i}`));
    const decision = decide(problemOn(graph, EXACT), []);
    expect(decision.next.map((pick) => pick.bits)).toEqual([1]);
    expect(decision.buildsLeft).toEqual({ low: 10, expected: 10, high: 11 });
  });
});

describe('a search with flakes', () => {
  it('never loses the planted culprit to outcomes that contradict one another', () => {
    fc.assert(
      fc.property(arbitraryHistory(40), fc.nat(), fc.nat(), (graph, choice, seed) => {
        const culprit = planted(graph, choice);
        const truth = { culprit, falseFail: 0.1, falsePass: 0.3, broken: 0.1 };
        const random = randomNumbers(seed);
        const outcomes: Outcome[] = [];
        for (let i = 0; i < 25; i++) {
          const version = graph.names.at(Math.floor(random() * graph.size));
          outcomes.push(answer(problemOn(graph, EXACT), truth, version, random));
        }
        for (const rates of [EXACT, learnedRates()]) {
          const decision = decide(problemOn(graph, rates), outcomes, { listed: 1_000 });
          const { always, never, suspectCount } = decision.regressions[0]!;
          expect(suspectCount > 0 || always + never > 0.5).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same picks by replay, and undo is exact', () => {
    fc.assert(
      fc.property(arbitraryHistory(80), fc.nat(), fc.nat(), (graph, choice, seed) => {
        const culprit = planted(graph, choice);
        const truth = { culprit, falseFail: 0.02, falsePass: 0.3, broken: 0.05 };
        const problem = problemOn(graph, learnedRates());
        const { outcomes } = play(problem, truth, seed);
        const cut = outcomes.length === 0 ? 0 : seed % outcomes.length;
        const before = decide(problem, outcomes.slice(0, cut));
        decide(problem, outcomes);
        expect(decide({ ...problem }, outcomes.slice(0, cut))).toEqual(before);
        expect(decide(problem, outcomes.slice(0, cut))).toEqual(before);
      }),
      { numRuns: 25 },
    );
  });
});
