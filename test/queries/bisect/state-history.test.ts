import { describe, expect, it } from 'vitest';
import { crossAxes } from '../../../queries/bisect/range/axes.ts';
import { decide } from '../../../queries/bisect/decide.ts';
import { graphFromChain } from '../../../queries/bisect/graph/graph.ts';
import type { Outcome, Problem } from '../../../queries/bisect/range/problem.ts';
import { chainBelow, stateChanges } from '../../../queries/bisect/range/state-history.ts';

const RELEASES = ['v6.18', 'v6.19-rc1', 'v6.19', 'v7.0', 'v7.0.9', 'v7.0.10', 'v7.0.11'];

function changesOf(
  states: Readonly<Record<string, string>>,
  rates = { falseFail: 0, falsePass: 0 },
): string[] {
  const count = (text: string, letter: string): number => text.split(letter).length - 1;
  const chain = chainBelow(graphFromChain(RELEASES), 'v7.0.11', (version) => {
    const seen = states[version];
    return seen === undefined ? undefined : { bad: count(seen, 'b'), good: count(seen, 'g') };
  });
  return stateChanges(chain, rates).map(({ kind, from, to }) => `${kind} in (${from}, ${to}]`);
}

describe('changes of state along a line of releases', () => {
  it('are all found', () => {
    expect(
      changesOf({ 'v6.18': 'g', 'v6.19-rc1': 'b', 'v7.0.9': 'b', 'v7.0.10': 'g', 'v7.0.11': 'g' }),
    ).toEqual(['broke in (v6.18, v6.19-rc1]', 'fixed in (v7.0.9, v7.0.10]']);
  });

  it('are not invented for one flake among many runs', () => {
    const states = { 'v6.18': 'ggg', 'v6.19': 'bbb', 'v7.0': 'g', 'v7.0.9': 'bbb', 'v7.0.10': 'ggggg' };
    expect(changesOf(states, { falseFail: 0.01, falsePass: 0.3 })).toEqual([
      'broke in (v6.18, v6.19]',
      'fixed in (v7.0.9, v7.0.10]',
    ]);
  });

  it('need two outcomes at least', () => {
    expect(changesOf({ 'v6.19': 'b' })).toEqual([]);
  });
});

function isFixedFrom(place: number): (version: string) => Outcome {
  return (version) => ({
    verdict: RELEASES.indexOf(version) >= place ? 'good' : 'bad',
    version,
    regression: 'r',
  });
}

function concluded(problem: Problem, answer: (version: string) => Outcome): string {
  const outcomes: Outcome[] = [];
  for (let turn = 0; turn < 50; turn++) {
    const { state, next, regressions } = decide(problem, outcomes);
    if (state !== 'running') return `${state} ${regressions[0]!.top[0]?.version ?? ''}`;
    outcomes.push(answer(next[0]!.version));
  }
  return 'no end';
}

describe('a search for the fix', () => {
  it('names the first good version', () => {
    const problem: Problem = {
      graph: graphFromChain(RELEASES),
      good: ['v6.19-rc1'],
      bad: ['v7.0.11'],
      direction: 'fixed',
      regressions: [{ key: 'r', platform: 'arm64', rates: { kind: 'exact' } }],
    };
    expect(concluded(problem, isFixedFrom(5))).toBe('concluded v7.0.10');
  });
});

describe('a search on two axes', () => {
  it.each([
    ['first', 3, 99, 'v7.0'],
    ['second', 99, 2, '2.41'],
  ] as const)('says that the culprit lies on the %s', (axis, kernelBreaks, programBreaks, version) => {
    const programs = ['2.39', '2.40', '2.41', '2.42'];
    const { graph, roles, pairOf, meaningOf } = crossAxes(graphFromChain(RELEASES), graphFromChain(programs));
    const problem: Problem = {
      graph,
      roles,
      good: [pairOf(RELEASES[0]!, programs[0]!)],
      bad: [pairOf(RELEASES.at(-1)!, programs.at(-1)!)],
      regressions: [{ key: 'r', platform: 'x86_64', rates: { kind: 'exact' } }],
    };
    const result = concluded(problem, (name) => {
      const pair = meaningOf(name);
      if (!('first' in pair)) throw new Error(`${name} is no pair`);
      const isBad =
        RELEASES.indexOf(pair.first) >= kernelBreaks || programs.indexOf(pair.second) >= programBreaks;
      return { verdict: isBad ? 'bad' : 'good', version: name, regression: 'r' };
    });
    const [state, ...name] = result.split(' ');
    expect(state).toBe('concluded');
    expect(meaningOf(name.join(' '))).toEqual({ axis, version });
  });
});
