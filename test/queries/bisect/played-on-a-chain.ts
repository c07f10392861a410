import { decide } from '../../../queries/bisect/decide.ts';
import { graphFromChain } from '../../../queries/bisect/graph/graph.ts';
import { learnedRates } from '../../../queries/bisect/rates/learned-rates.ts';
import type { Outcome, Problem } from '../../../queries/bisect/range/problem.ts';
import type { Decision } from '../../../queries/bisect/verdict/decision.ts';

const graph = graphFromChain(Array.from({ length: 61 }, (_, i) => `c${i}`));

/** Searches `c0`, good, to `c60`, bad, with a test of which nothing is known and that fails with this chance at a node. */
export function playedOnAChain(random: () => number, failsAt: (node: number) => number): Decision {
  const regressions = [{ key: 'r', platform: 'x86_64', rates: learnedRates() }];
  const problem: Problem = { graph, good: ['c0'], bad: ['c60'], regressions };
  const outcomes: Outcome[] = [];
  let decision = decide(problem, outcomes);
  while (decision.state === 'running' && outcomes.length < 300) {
    for (const { version, repeats } of decision.next)
      for (let run = 0; run < repeats; run++) {
        const failed = random() < failsAt(Number(version.slice(1)));
        outcomes.push({ verdict: failed ? 'bad' : 'good', version, regression: 'r' });
        if (failed) break;
      }
    decision = decide(problem, outcomes);
  }
  return decision;
}
