import { describe, expect, it } from 'vitest';
import { decide } from '../../../queries/bisect/decide.ts';
import { graphFromRecords } from '../../../queries/bisect/graph/graph.ts';
import type { Outcome, Problem } from '../../../queries/bisect/range/problem.ts';

const graph = graphFromRecords([
  { name: 'base', parents: [] },
  { name: 'shared', parents: ['base'] },
  { name: 'left', parents: ['shared'] },
  { name: 'middle', parents: ['shared'] },
  { name: 'right', parents: ['middle'] },
]);
const problem: Problem = {
  graph,
  good: ['base'],
  bad: ['left', 'right'],
  regressions: [{ key: 'it', platform: 'x86_64', rates: { kind: 'exact' } }],
};
const seen = (verdict: 'good' | 'bad', ...versions: readonly string[]): Outcome[] =>
  versions.map((version) => ({ verdict, version, regression: 'it' }));

describe('bad versions on two branches', () => {
  it('are no proof of what they have in common: that is to be seen bad itself', () => {
    const { state, next } = decide(problem, []);
    expect([state, next[0]!.version, next[0]!.purpose]).toEqual(['running', 'shared', 'see-it-bad']);
  });

  it('have one culprit where what they have in common cannot be tested, and nothing else is suspected', () => {
    const skipped: Outcome = { verdict: 'skip', version: 'shared', platform: 'x86_64', reason: 'build' };
    expect(decide(problem, [skipped]).regressions[0]).toMatchObject({
      state: 'concluded',
      top: [{ version: 'shared' }],
    });
  });

  it('have one culprit where one change is in both', () => {
    expect(decide(problem, seen('bad', 'shared')).regressions[0]).toMatchObject({
      state: 'concluded',
      top: [{ version: 'shared' }],
    });
  });

  it('are tested once more each where nothing is, as is what alone spares a change of both, and then contradict one answer', () => {
    const outcomes = seen('good', 'shared');
    const again: string[] = [];
    for (;;) {
      const { state, next, regressions } = decide(problem, outcomes);
      if (state !== 'running') {
        expect(state).toBe('contradiction');
        expect(regressions[0]!.why).toContain('no one change explains that left and right are bad');
        break;
      }
      again.push(next[0]!.version);
      const { version } = next[0]!;
      outcomes.push(...seen(version === 'shared' ? 'good' : 'bad', version));
    }
    expect(again.toSorted()).toEqual(['left', 'right', 'shared']);
  });
});
