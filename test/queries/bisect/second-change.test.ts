import { describe, expect, it } from 'vitest';
import { decide } from '../../../queries/bisect/decide.ts';
import { graphFromChain } from '../../../queries/bisect/graph/graph.ts';
import { learnedRates } from '../../../queries/bisect/rates/learned-rates.ts';
import type { Outcome, Problem, SuspectFactor } from '../../../queries/bisect/range/problem.ts';

const graph = graphFromChain(Array.from({ length: 61 }, (_, i) => `c${i}`));

/** What is said of a test after so many bad and good runs at each version. */
function saidOf(
  runs: Readonly<Record<string, readonly [bad: number, good: number]>>,
  rates = learnedRates(),
  factors: readonly SuspectFactor[] = [],
) {
  const regressions = [{ key: 'r', platform: 'x86_64', rates }];
  const problem: Problem = { graph, good: ['c0'], bad: ['c60'], regressions, factors };
  const outcomes = Object.entries(runs).flatMap(([version, [bad, good]]): Outcome[] => [
    ...(bad === 0 ? [] : [{ verdict: 'bad' as const, version, regression: 'r', runs: bad }]),
    ...(good === 0 ? [] : [{ verdict: 'good' as const, version, regression: 'r', runs: good }]),
  ]);
  const { state, top, seenBefore } = decide(problem, outcomes).regressions[0]!;
  return { state, ...top[0]!, seenBefore };
}

/** It fails in half of all runs from c17 on, and always from c31 on. */
const TWO_CHANGES = {
  c18: [1, 3],
  c23: [0, 1],
  c26: [2, 3],
  c27: [1, 3],
  c28: [8, 4],
  c29: [2, 3],
  c30: [9, 4],
  c31: [8, 0],
  c32: [4, 0],
  c33: [23, 0],
} as const;

describe('an answer that may be the second of two changes', () => {
  it('claims little, and says what failed before it', () => {
    const said = saidOf(TWO_CHANGES);
    expect(said.state).toBe('concluded');
    expect(said.version).toBe('c31');
    expect(said.p).toBeLessThan(0.5);
    expect(said.seenBefore).toEqual(['c18', 'c26', 'c27', 'c28', 'c29', 'c30']);
  });

  it('is one only where something failed before it', () => {
    const said = saidOf({ c30: [0, 8], c31: [8, 0], c32: [4, 0], c33: [23, 0] });
    expect(said).toMatchObject({ state: 'concluded', version: 'c31', seenBefore: [] });
    expect(said.p).toBeGreaterThan(0.99);
  });

  it('is none where what failed before failed from the beginning', () => {
    const said = saidOf({ c2: [2, 6], c10: [2, 6], c20: [2, 6], c30: [2, 12], c31: [8, 0], c33: [9, 0] });
    expect(said).toMatchObject({ state: 'concluded', version: 'c31', seenBefore: [] });
    expect(said.p).toBeGreaterThan(0.9);
  });

  it('is none where somebody is sure how often a bad version passes', () => {
    const said = saidOf(TWO_CHANGES, learnedRates(undefined, { falsePass: 0 }));
    expect(said).toMatchObject({ state: 'concluded', version: 'c31', seenBefore: [] });
  });

  it('is less likely one where nothing older can have changed anything', () => {
    const older = Array.from({ length: 30 }, (_, i) => `c${i + 1}`);
    const factors = older.map((version) => ({ version, factor: 0, why: 'not built' }));
    expect(saidOf(TWO_CHANGES, learnedRates(), factors)).toMatchObject({ version: 'c31', seenBefore: [] });
  });
});
