import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossAxes, type TestedPair } from '../../../queries/bisect/range/axes.ts';
import { decide } from '../../../queries/bisect/decide.ts';
import { graphFromChain } from '../../../queries/bisect/graph/graph.ts';
import type { Outcome, Problem } from '../../../queries/bisect/range/problem.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { ancestorsOf, arbitraryHistory } from './random-history.ts';

const MOST_TESTS = 200;

/** A search over two things on a random history and a chain, and what breaks on it. */
const world = fc.record({
  first: arbitraryHistory(25),
  length: fc.integer({ min: 2, max: 6 }),
  seed: fc.nat(),
});

type World = (typeof world extends fc.Arbitrary<infer T> ? T : never) & { readonly where: Where };
type Where = 'first' | 'second' | 'both';

function play({ first, length, seed, where }: World) {
  const random = randomNumbers(seed);
  const second = graphFromChain(Array.from({ length }, (_, n) => `2.${n}`));
  const tip = first.size - 1;
  const inTip = [...ancestorsOf(first, tip)].filter((node) => node !== 0);
  const culprits = {
    first: inTip[Math.floor(random() * inTip.length)]!,
    second: 1 + Math.floor(random() * (length - 1)),
  };
  const { graph, roles, pairOf, meaningOf } = crossAxes(first, second);
  const isBad = (version: string) => {
    const pair = meaningOf(version) as TestedPair;
    const has = {
      first: ancestorsOf(first, first.names.indexOf(pair.first)).has(culprits.first),
      second: second.names.indexOf(pair.second) >= culprits.second,
    };
    return where === 'both' ? has.first && has.second : has[where];
  };
  const problem: Problem = {
    graph,
    roles,
    good: [pairOf(first.names.at(0), second.names.at(0))],
    bad: [pairOf(first.names.at(tip), second.names.at(length - 1))],
    regressions: [{ key: 'it', platform: 'x86_64', rates: { kind: 'exact' } }],
  };
  const outcomes: Outcome[] = [];
  const test = (version: string) =>
    outcomes.push({ verdict: isBad(version) ? 'bad' : 'good', version, regression: 'it' });
  let decision = decide(problem, outcomes);
  while (decision.state === 'running' && decision.next.length > 0 && outcomes.length < MOST_TESTS) {
    test(decision.next[0]!.version);
    decision = decide(problem, outcomes);
  }
  return { problem, outcomes, decision, test, culprits, meaningOf, pairOf, first, second };
}

describe('a search over two things', () => {
  it.each(['first', 'second'] as const)('finds the culprit, and that it is a version of the %s', (where) => {
    fc.assert(
      fc.property(world, (drawn) => {
        const { decision, culprits, meaningOf, first, second } = play({ ...drawn, where });
        const version = (where === 'first' ? first : second).names.at(culprits[where]);
        expect(decision.state).toBe('concluded');
        expect(meaningOf(decision.regressions[0]!.top[0]!.version)).toEqual({ axis: where, version });
      }),
      { numRuns: 60 },
    );
  });

  it('ends where it takes both, and with no answer once the pair was tested that tells', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const played = play({ ...drawn, where: 'both' });
        const { problem, outcomes, decision, meaningOf, pairOf, first, second, test } = played;
        expect(outcomes.length).toBeLessThan(MOST_TESTS);
        if (decision.state !== 'concluded') return;
        const named = meaningOf(decision.regressions[0]!.top[0]!.version);
        if (!('axis' in named)) throw new Error('a pair is suspected');
        test(
          named.axis === 'first'
            ? pairOf(named.version, second.names.at(0))
            : pairOf(first.names.at(0), named.version),
        );
        let after = decide(problem, outcomes);
        while (after.state === 'running' && after.next.length > 0 && outcomes.length < MOST_TESTS) {
          test(after.next[0]!.version);
          after = decide(problem, outcomes);
        }
        expect(outcomes.length).toBeLessThan(MOST_TESTS);
        expect(after.state).toBe('contradiction');
      }),
      { numRuns: 60 },
    );
  });
});
