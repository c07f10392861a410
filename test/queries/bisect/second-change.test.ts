import { describe, expect, it } from 'vitest';
import { decide } from '../../../queries/bisect/decide.ts';
import { graphFromChain } from '../../../queries/bisect/graph/graph.ts';
import { learnedRates } from '../../../queries/bisect/rates/learned-rates.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { playedOnAChain } from './played-on-a-chain.ts';
import type { Outcome, Problem, SuspectFactor } from '../../../queries/bisect/range/problem.ts';

const graph = graphFromChain(Array.from({ length: 61 }, (_, i) => `c${i}`));

/** What is said of a test after so many bad and good runs at each version. */
function saidOf(
  runs: Readonly<Record<string, readonly [bad: number, good: number]>>,
  rates = learnedRates(),
  factors: readonly SuspectFactor[] = [],
  certainty = 0.99,
) {
  const regressions = [{ key: 'r', platform: 'x86_64', rates }];
  const problem: Problem = { graph, good: ['c0'], bad: ['c60'], regressions, factors, certainty };
  const outcomes = Object.entries(runs).flatMap(([version, [bad, good]]): Outcome[] => [
    ...(bad === 0 ? [] : [{ verdict: 'bad' as const, version, regression: 'r', runs: bad }]),
    ...(good === 0 ? [] : [{ verdict: 'good' as const, version, regression: 'r', runs: good }]),
  ]);
  const {
    regressions: [said],
    next,
  } = decide(problem, outcomes);
  const { state, top, seenBefore } = said!;
  return { state, ...top[0]!, seenBefore, next: next.map(({ version }) => version) };
}

const nodeOf = (version: string): number => Number(version.slice(1));

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
  it('is none yet: what tells one change from two is tested first, before the second', () => {
    const said = saidOf(TWO_CHANGES);
    expect(said.state).toBe('running');
    expect(nodeOf(said.next[0]!)).toBeLessThan(31);
  });

  it('is weighed against two after thousands of runs, too', () => {
    const said = saidOf({
      c5: [0, 3000],
      c10: [1000, 1000],
      c15: [1000, 1000],
      c16: [3000, 0],
      c20: [3000, 0],
    });
    expect(said.p).toBeGreaterThan(0.1);
    expect(nodeOf(said.version)).toBeGreaterThan(5);
    expect(nodeOf(said.version)).toBeLessThanOrEqual(10);
  });

  it('is the first, once older versions are seen to pass always', () => {
    const said = saidOf({ ...TWO_CHANGES, c10: [0, 20], c16: [0, 20], c17: [6, 6], c18: [6, 6] });
    expect(said).toMatchObject({ state: 'concluded', version: 'c17', seenBefore: [] });
  });

  it('claims less than it believes, and says what failed before it', () => {
    const runs = { c18: [1, 3], c28: [2, 4], c30: [2, 4], c31: [8, 0], c33: [9, 0] } as const;
    const said = saidOf(runs, learnedRates(), [], 0.8);
    expect(said).toMatchObject({ state: 'concluded', version: 'c31', seenBefore: ['c18', 'c28', 'c30'] });
    expect(said.p).toBeLessThan(0.7);
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

describe('searches of a test that a second change makes fail always', () => {
  it.each([
    ['the culprit in half of all runs', 0.5],
    ['the culprit in seven of ten', 0.3],
  ])('are right as often as they say: %s', (_, passesBefore) => {
    const searches = 40;
    let claimed = 0;
    let right = 0;
    for (let seed = 0; seed < searches; seed++) {
      const random = randomNumbers(100_003 * seed);
      const [one, other] = [1 + Math.floor(60 * random()), 1 + Math.floor(60 * random())];
      const [culprit, second] = [Math.min(one, other), Math.max(one, other)];
      const decision = playedOnAChain(random, (node) =>
        node < culprit ? 0 : node < second ? 1 - passesBefore : 1,
      );
      const { version, p } = decision.regressions[0]!.top[0]!;
      claimed += p;
      if (nodeOf(version) === culprit) right++;
    }
    expect(right).toBeGreaterThan(0.8 * searches);
    // As of the other searches: three standard errors.
    expect(right).toBeGreaterThanOrEqual(
      claimed - 3 * Math.sqrt((claimed * (searches - claimed)) / searches),
    );
  });
});
