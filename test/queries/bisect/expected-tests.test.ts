import { describe, expect, it } from 'vitest';
import { decide } from '../../../queries/bisect/decide.ts';
import { graphFromRecords, type VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import type { Outcome, Problem } from '../../../queries/bisect/range/problem.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { learnedRates } from '../../../queries/bisect/rates/learned-rates.ts';
import { ancestorsOf, randomHistory } from './random-history.ts';

/** Searches each candidate of a history in turn, and counts the tests of all searches. */
function testsOfAllSearches(graph: VersionGraph, chooser: 'git' | 'information'): number {
  const problem: Problem = {
    graph,
    good: [graph.names.at(0)],
    bad: [graph.names.at(graph.size - 1)],
    regressions: [{ key: 'boot', platform: 'x86_64', rates: { kind: 'exact' } }],
  };
  let tests = 0;
  for (const culprit of ancestorsOf(graph, graph.size - 1)) {
    if (culprit === 0) continue;
    const outcomes: Outcome[] = [];
    let decision = decide(problem, outcomes, { chooser });
    while (decision.state === 'running') {
      const { version } = decision.next[0]!;
      const isBad = ancestorsOf(graph, graph.names.indexOf(version)).has(culprit);
      outcomes.push({ verdict: isBad ? 'bad' : 'good', version, regression: 'boot' });
      decision = decide(problem, outcomes, { chooser });
    }
    expect(decision.regressions[0]!.top[0]!.version).toBe(graph.names.at(culprit));
    tests += outcomes.length;
  }
  return tests;
}

describe('a search without noise', () => {
  it('needs as few tests as git, over all culprits of many histories', () => {
    let ours = 0;
    let gits = 0;
    for (let seed = 0; seed < 90; seed++) {
      const random = randomNumbers(seed);
      const shape = {
        size: 10 + Math.floor(random() * 40),
        mergeShare: [0, 0.1, 0.4][seed % 3]!,
        branchShare: [0, 0.2, 0.6][Math.floor(seed / 3) % 3]!,
        skewS: 0,
      };
      const graph = graphFromRecords(randomHistory(random, shape));
      ours += testsOfAllSearches(graph, 'information');
      gits += testsOfAllSearches(graph, 'git');
    }
    // Both choose among equal cuts without knowing what lies behind them: a single history may favour either.
    expect(ours).toBeLessThanOrEqual(gits * 1.002);
  });
});

/** Searches a chain of thirty versions with a test that passes on bad versions in three of ten runs; counts the runs. */
function runsOfFlakySearch(seed: number, certainty: number): number {
  const random = randomNumbers(seed);
  const graph = graphFromRecords(
    randomHistory(random, { size: 30, mergeShare: 0, branchShare: 0, skewS: 0 }),
  );
  const culprit = 1 + Math.floor(random() * (graph.size - 1));
  const problem: Problem = {
    graph,
    good: [graph.names.at(0)],
    bad: [graph.names.at(graph.size - 1)],
    regressions: [{ key: 'boot', platform: 'x86_64', rates: learnedRates() }],
    certainty,
  };
  const outcomes: Outcome[] = [];
  let decision = decide(problem, outcomes);
  while (decision.state === 'running') {
    const { version } = decision.next[0]!;
    const fails = graph.names.indexOf(version) >= culprit && random() < 0.7;
    outcomes.push({ verdict: fails ? 'bad' : 'good', version, regression: 'boot' });
    decision = decide(problem, outcomes);
  }
  expect(decision.state).toBe('concluded');
  return outcomes.length;
}

describe('a search with a test that may lie', () => {
  it('needs more runs, the surer its answer has to be', () => {
    const runs = (certainty: number) => {
      let sum = 0;
      for (let seed = 0; seed < 12; seed++) sum += runsOfFlakySearch(seed, certainty);
      return sum;
    };
    const [little, usual, much] = [runs(0.9), runs(0.99), runs(0.9999)];
    expect(little).toBeLessThan(usual);
    expect(usual).toBeLessThan(much);
  });
});
