import { describe, expect, it } from 'vitest';
import { decide } from '../../../queries/bisect/decide.ts';
import { graphFromRecords, type VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import type { Outcome, Problem } from '../../../queries/bisect/range/problem.ts';
import type { Decision } from '../../../queries/bisect/verdict/decision.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { ancestorsOf } from './random-history.ts';

/** A history of main lines that leave one another, take branches in, and take one another in. */
interface Lines {
  readonly graph: VersionGraph;
  /** The versions of each line, oldest first. */
  readonly lines: readonly (readonly string[])[];
}

function randomLines(random: () => number): Lines {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const records: { name: string; parents: string[] }[] = [];
  const commit = (...parents: string[]): string => {
    const name = `c${String(records.length).padStart(3, '0')}`;
    records.push({ name, parents });
    return name;
  };
  const lines = [[commit()]];
  const branches: string[] = [];
  while (records.length < 55) {
    const line = pick(lines);
    const tip = line.at(-1)!;
    const roll = random();
    if (roll < 0.05 && lines.length < 3 && records.length > 5)
      lines.push(line.slice(0, Math.floor(random() * line.length) + 1));
    else if (roll < 0.4) line.push(commit(tip));
    else if (roll < 0.7)
      branches.push(commit(branches.length > 0 && random() < 0.5 ? pick(branches) : pick(line)));
    else if (roll < 0.93 && branches.length > 0) line.push(commit(tip, pick(branches)));
    else if (pick(lines) !== line)
      line.push(commit(tip, pick(lines.filter((other) => other !== line)).at(-1)!));
  }
  return { graph: graphFromRecords(records), lines };
}

function playToTheEnd(problem: Problem, isBad: (version: string) => boolean): Decision {
  const outcomes: Outcome[] = [];
  for (;;) {
    const decision = decide(problem, outcomes);
    if (decision.state !== 'running') return decision;
    for (const { version } of decision.next)
      outcomes.push({ verdict: isBad(version) ? 'bad' : 'good', version, regression: 'it' });
  }
}

describe('a search of several main lines', () => {
  it('ends at the version that brought the culprit in to all of them, or says that each has its own', () => {
    const ends = { shared: 0, 'taken in': 0, apart: 0 };
    for (let seed = 0; seed < 250; seed++) {
      const random = randomNumbers(seed);
      const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
      const { graph, lines } = randomLines(random);
      const has = (version: string, change: string): boolean =>
        ancestorsOf(graph, graph.names.indexOf(version)).has(graph.names.indexOf(change));
      const culprit = graph.names.at(1 + Math.floor(random() * (graph.size - 1)));
      const broken = lines.map((line) => line.filter((version) => has(version, culprit)));
      if (broken.filter((line) => line.length > 0).length < 2) continue;
      const bad = [...new Set(broken.filter((line) => line.length > 0).map(pick))];
      const good = [pick(lines[0]!.filter((version) => !has(version, culprit)))];
      const broughtIn = [...new Set(broken.flatMap((line) => line.slice(0, 1)))];
      const problem: Problem = {
        graph,
        good,
        bad,
        regressions: [{ key: 'it', platform: 'x86_64', rates: { kind: 'exact' } }],
        firstParent: true,
      };
      const { state, why, regressions } = playToTheEnd(problem, (version) => has(version, culprit));
      if (state === 'concluded') {
        const answer = regressions[0]!.top.map(({ version }) => version);
        expect(broughtIn, `seed ${seed}`).toContain(answer[0]);
        expect(
          bad.every((version) => has(version, answer[0]!)),
          `seed ${seed}`,
        ).toBe(true);
        ends[broughtIn.length === 1 ? 'shared' : 'taken in']++;
      } else {
        expect(state, `seed ${seed}`).toBe('contradiction');
        expect(broughtIn.length, `seed ${seed}`).toBeGreaterThan(1);
        expect(why).toMatch(/no one change explains that c\d+ and c\d+ are bad; search each on its own/);
        ends.apart++;
      }
    }
    expect(Object.values(ends).every((count) => count > 5)).toBe(true);
  });
});
