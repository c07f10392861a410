import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decide } from '../../../queries/bisect/decide.ts';
import type { Outcome, Problem } from '../../../queries/bisect/range/problem.ts';
import { toConfirm } from '../../../queries/bisect-session/to-confirm.ts';
import { ancestorsOf, arbitraryHistory } from './random-history.ts';

const PLATFORM = 'x86_64';

it('finds out about one false outcome, wherever it fell, and ends at the planted culprit', () => {
  let misled = 0;
  fc.assert(
    fc.property(
      arbitraryHistory(40),
      fc.nat(),
      fc.nat({ max: 8 }),
      fc.constantFrom('introduced' as const, 'fixed' as const),
      (graph, seed, lie, direction) => {
        const last = graph.size - 1;
        const candidates = [...ancestorsOf(graph, last)].filter((node) => node !== 0);
        const culprit = candidates[seed % candidates.length]!;
        const problem: Problem = {
          graph,
          good: [graph.names.at(0)],
          bad: [graph.names.at(last)],
          direction,
          regressions: [{ key: 'r', platform: PLATFORM, rates: { kind: 'exact' } }],
        };
        const searched = direction === 'fixed' ? 'good' : 'bad';
        const other = direction === 'fixed' ? 'bad' : 'good';
        const outcomes: Outcome[] = [];
        const answers: (string | undefined)[] = [];
        for (;;) {
          const decision = decide(problem, outcomes);
          const [top] = decision.regressions[0]!.top;
          if (decision.state === 'concluded') answers.push(top!.version);
          const test = decision.next[0] ?? toConfirm({ problem, outcomes, decision }, 2);
          if (test === null) {
            expect([decision.state, top?.version]).toEqual(['concluded', graph.names.at(culprit)]);
            break;
          }
          expect(outcomes.length).toBeLessThan(150);
          const isBad = ancestorsOf(graph, graph.names.indexOf(test.version)).has(culprit);
          const lies = outcomes.length === lie;
          outcomes.push({
            verdict: isBad === lies ? other : searched,
            version: test.version,
            regression: 'r',
          });
        }
        if (answers[0] !== graph.names.at(culprit)) misled++;
      },
    ),
    { numRuns: 150 },
  );
  // Without the confirmation they would have ended so.
  expect(misled).toBeGreaterThan(10);
});
