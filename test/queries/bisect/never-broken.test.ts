import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../queries/bisect/decide.ts';
import { graphFromRecords, type VersionGraph } from '../../../queries/bisect/graph.ts';
import type { Outcome, Problem } from '../../../queries/bisect/problem.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { ancestorsOf, arbitraryHistory } from './random-history.ts';

/** Searches for a fix on histories where some branches have neither the fix nor what it repairs. */
const PLATFORM = 'x86_64';

function fixSearch(graph: VersionGraph, unfixed: string, fixed: string): Problem {
  return {
    graph,
    good: [unfixed],
    bad: [fixed],
    direction: 'fixed',
    regressions: [{ key: 'it', platform: PLATFORM, rates: { kind: 'exact' } }],
  };
}

function play(problem: Problem, isBroken: (version: string) => boolean, untestable: readonly string[] = []) {
  const outcomes: Outcome[] = [];
  for (let turn = 0; turn < 200; turn++) {
    const decision = decide(problem, outcomes);
    const [pick] = decision.next;
    if (decision.state !== 'running' || pick === undefined) return { decision, outcomes };
    const { version } = pick;
    outcomes.push(
      untestable.includes(version)
        ? { verdict: 'skip', version, platform: PLATFORM, reason: 'build' }
        : { verdict: isBroken(version) ? 'bad' : 'good', version, regression: 'it' },
    );
  }
  throw new Error('no end');
}

/** It broke in `broke` and was repaired in `fix`; a branch left the main line before, and was merged after that. */
const branched = graphFromRecords([
  { name: 'root', parents: [] },
  { name: 'broke', parents: ['root'] },
  { name: 'known-broken', parents: ['broke'] },
  { name: 'fix', parents: ['known-broken'] },
  { name: 'old-branch-1', parents: ['root'] },
  { name: 'old-branch-2', parents: ['old-branch-1'] },
  { name: 'old-branch-3', parents: ['old-branch-2'] },
  { name: 'merge', parents: ['fix', 'old-branch-3'] },
]);
const brokenThere = (version: string) => version === 'broke' || version === 'known-broken';

describe('a search for a fix', () => {
  it('does not take for fixed what comes from before it broke', () => {
    const { decision } = play(fixSearch(branched, 'known-broken', 'merge'), brokenThere);
    expect(decision.regressions[0]).toMatchObject({
      state: 'concluded',
      top: [{ version: 'fix' }],
    });
    expect(decision.regressions[0]!.neverBroken).toContain('root');
  });

  it('finds the fix on such a branch where what it repairs is older', () => {
    const isBroken = (version: string) => !['old-branch-2', 'old-branch-3', 'merge'].includes(version);
    const { decision } = play(fixSearch(branched, 'known-broken', 'merge'), isBroken);
    expect(decision.regressions[0]).toMatchObject({
      state: 'concluded',
      top: [{ version: 'old-branch-2' }],
      neverBroken: [],
    });
  });

  it('says what its answer rests on where nobody can tell', () => {
    const { decision } = play(fixSearch(branched, 'known-broken', 'merge'), brokenThere, ['root']);
    const [found] = decision.regressions;
    expect(found!.state).toBe('concluded');
    if (found!.top[0]!.version !== 'fix') expect(found!.why).toContain('root');
  });

  it('finds the fix on every history in which one change broke it and one repaired it', () => {
    fc.assert(
      fc.property(arbitraryHistory(60), fc.nat(), (graph, seed) => {
        const random = randomNumbers(seed);
        const oneOf = (nodes: readonly number[]) => nodes[Math.floor(random() * nodes.length)];
        const nodes = Array.from({ length: graph.size }, (_, node) => node);
        const tip = graph.size - 1;
        const contains = nodes.map((node) => ancestorsOf(graph, node));
        const broke = oneOf([...contains[tip]!])!;
        const fix = oneOf([...contains[tip]!].filter((node) => node !== broke && contains[node]!.has(broke)));
        fc.pre(fix !== undefined);
        const isBroken = (node: number) => contains[node]!.has(broke) && !contains[node]!.has(fix);
        const end = oneOf([...contains[tip]!].filter(isBroken))!;
        const problem = fixSearch(graph, graph.names.at(end), graph.names.at(tip));
        const { decision } = play(problem, (version) => isBroken(graph.names.indexOf(version)));
        expect(decision.regressions[0]).toMatchObject({
          state: 'concluded',
          top: [{ version: graph.names.at(fix) }],
        });
      }),
      { numRuns: 150 },
    );
  });
});
