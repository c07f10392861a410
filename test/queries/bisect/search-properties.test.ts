import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../queries/bisect/decide.ts';
import { explainSuspect } from '../../../queries/bisect/beliefs/explain-suspect.ts';
import type { RateModel } from '../../../queries/bisect/rates/flakiness.ts';
import { learnedRates } from '../../../queries/bisect/rates/learned-rates.ts';
import { graphFromChain, graphFromRecords } from '../../../queries/bisect/graph/graph.ts';
import type { Outcome, Problem } from '../../../queries/bisect/range/problem.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { ancestorsOf, arbitraryHistory, randomHistory } from './random-history.ts';

const EXACT: RateModel = { kind: 'exact' };
const PLATFORM = 'x86_64';

function problemOf(graph: Problem['graph'], rates: readonly RateModel[]): Problem {
  return {
    graph,
    good: [graph.names.at(0)],
    bad: [graph.names.at(graph.size - 1)],
    regressions: rates.map((each, k) => ({ key: `r${k}`, platform: PLATFORM, rates: each })),
  };
}

describe('the outcomes of one step', () => {
  it('may come in any order', () => {
    fc.assert(
      fc.property(arbitraryHistory(60), fc.nat(), fc.boolean(), (graph, seed, flaky) => {
        const random = randomNumbers(seed);
        const rates = flaky ? learnedRates() : EXACT;
        const problem = problemOf(graph, [rates, rates, rates]);
        const culprits = problem.regressions.map(() => 1 + Math.floor(random() * (graph.size - 1)));
        const known: Outcome[] = [];
        for (let step = 0; step < 4; step++) {
          const { next } = decide(problem, known, { machines: 2 });
          const told = next.flatMap(({ version, repeats }): Outcome[] =>
            random() < 0.2
              ? [{ verdict: 'skip', version, platform: PLATFORM, reason: 'build' }]
              : problem.regressions.flatMap(({ key }, k): Outcome[] => {
                  const isBad = ancestorsOf(graph, graph.names.indexOf(version)).has(culprits[k]!);
                  const failed = isBad && (!flaky || random() < 0.7);
                  const runs = failed ? 1 : repeats;
                  return [{ verdict: failed ? 'bad' : 'good', version, regression: key, runs }];
                }),
          );
          const shuffled = told
            .map((outcome) => ({ outcome, at: random() }))
            .sort((a, b) => a.at - b.at)
            .map(({ outcome }) => outcome);
          expect(decide(problem, [...known, ...shuffled], { machines: 2 })).toEqual(
            decide(problem, [...known, ...told], { machines: 2 }),
          );
          known.push(...told);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a version that one machine can run and another cannot', () => {
  it('is testable, whoever answers first', () => {
    const graph = graphFromChain(Array.from({ length: 30 }, (_, i) => `c${i}`));
    const problem = problemOf(graph, [learnedRates()]);
    const ran: Outcome = { verdict: 'good', version: 'c15', regression: 'r0', runs: 1 };
    const skipped: Outcome = { verdict: 'skip', version: 'c15', platform: PLATFORM, reason: 'build' };
    const decided = decide(problem, [ran, skipped]);
    expect(decided).toEqual(decide(problem, [skipped, ran]));
    expect(decided).toEqual(decide(problem, [ran]));
  });
});

describe('a build that broke and was fixed', () => {
  it('is searched itself: few tests, exactly the suspects that no test separates, and who fixed it', () => {
    const size = 400;
    const graph = graphFromChain(Array.from({ length: size }, (_, i) => `c${i}`));
    const place = fc.integer({ min: 1, max: size - 2 });
    fc.assert(
      fc.property(place, place, fc.integer({ min: 1, max: size - 1 }), (a, b, culprit) => {
        const [broke, fixed] = [Math.min(a, b), Math.max(a, b)];
        const nodeOf = (version: string) => Number(version.slice(1));
        const problem = problemOf(graph, [EXACT]);
        const outcomes: Outcome[] = [];
        let decision = decide(problem, outcomes);
        while (decision.state === 'running') {
          const { version } = decision.next[0]!;
          const at = nodeOf(version);
          outcomes.push(
            at >= broke && at < fixed
              ? { verdict: 'skip', version, platform: PLATFORM, reason: 'build' }
              : { verdict: at >= culprit ? 'bad' : 'good', version, regression: 'r0' },
          );
          decision = decide(problem, outcomes, { listed: size });
        }
        const suspects = decision.regressions[0]!.top.map(({ version }) => nodeOf(version));
        const hidden = culprit >= broke && culprit <= fixed && broke < fixed;
        const expected = hidden ? Array.from({ length: fixed - broke + 1 }, (_, i) => broke + i) : [culprit];
        expect(suspects.sort((x, y) => x - y)).toEqual(expected);
        // Three bisections at most: of the culprit, the break and the fix.
        expect(outcomes.length).toBeLessThanOrEqual(3 * Math.ceil(Math.log2(size)) + 3);
        if (!hidden) return;
        const { cannotBuild } = explainSuspect(problem, outcomes, `c${broke}`, 'r0');
        expect(cannotBuild.flatMap(({ fixedBy }) => fixedBy)).toContain(`c${fixed}`);
      }),
      { numRuns: 60 },
    );
  });
});

describe('versions that cannot be built here and there, however many', () => {
  it('leave the suspects that no version that can be tested separates', () => {
    const shares = fc.constantFrom(0.1, 0.4, 0.7);
    fc.assert(
      fc.property(arbitraryHistory(14), shares, fc.nat(), (graph, share, seed) => {
        const random = randomNumbers(seed);
        const last = graph.size - 1;
        const nodes = Array.from({ length: last }, (_, i) => i + 1).filter((v) =>
          ancestorsOf(graph, last).has(v),
        );
        const cannotBuild = new Set(nodes.filter((v) => v !== last && random() < share));
        const culprit = nodes[Math.floor(random() * nodes.length)]!;
        const isBad = (node: number, first: number) => ancestorsOf(graph, node).has(first);
        const problem = problemOf(graph, [EXACT]);
        const outcomes: Outcome[] = [];
        let decision = decide(problem, outcomes);
        while (decision.state === 'running') {
          const { version } = decision.next[0]!;
          const node = graph.names.indexOf(version);
          outcomes.push(
            cannotBuild.has(node)
              ? { verdict: 'skip', version, platform: PLATFORM, reason: 'build' }
              : { verdict: isBad(node, culprit) ? 'bad' : 'good', version, regression: 'r0' },
          );
          decision = decide(problem, outcomes);
        }
        const left = nodes.filter((suspect) =>
          nodes.every((v) => cannotBuild.has(v) || isBad(v, suspect) === isBad(v, culprit)),
        );
        const { top, why } = decision.regressions[0]!;
        expect(top.map(({ version }) => version).sort()).toEqual(left.map(graph.names.at).sort());
        if (left.length > 1) expect(why).toContain('only skipped versions are left to test');
      }),
      { numRuns: 150 },
    );
  });

  it('are told of where most of a long stretch was not tried', () => {
    const graph = graphFromChain(Array.from({ length: 600 }, (_, i) => `c${i}`));
    const problem = problemOf(graph, [EXACT]);
    const outcomes: Outcome[] = [];
    let decision = decide(problem, outcomes);
    while (decision.state === 'running') {
      const { version } = decision.next[0]!;
      outcomes.push({ verdict: 'skip', version, platform: PLATFORM, reason: 'build' });
      decision = decide(problem, outcomes);
    }
    expect(decision.regressions[0]!.why).toMatch(
      /^\d+ versions were not tried, because too many around cannot be built; c\d+ would tell most/,
    );
    const [, middle = ''] = /(c\d+) would tell most/.exec(decision.why)!;
    const told = decide(problem, [...outcomes, { verdict: 'good', version: middle, regression: 'r0' }]);
    expect(told.regressions[0]!.suspectCount).toBeLessThan(350);
  });
});

describe('the confidence of an answer', () => {
  const honest = { failuresAtGood: 0, runsAtGood: 50, passesAtBad: 15, runsAtBad: 50 };
  const clean = { failuresAtGood: 0, runsAtGood: 50, passesAtBad: 0, runsAtBad: 0 };
  const models: readonly [string, RateModel, number, number][] = [
    ['rates known', { kind: 'known', falseFail: 0.02, falsePass: 0.3 }, 0.02, 0.3],
    ['rates known, both wrong alike', { kind: 'known', falseFail: 0.1, falsePass: 0.1 }, 0.1, 0.1],
    ['nothing known of a test that passes wrongly', learnedRates(), 0, 0.3],
    ['nothing known of one that fails wrongly', learnedRates(), 0.3, 0],
    ['nothing known of one that does both', learnedRates(), 0.1, 0.1],
    ['nothing known of one that passes wrongly and seldom fails', learnedRates(), 0.05, 0.2],
    ['nothing known of one that often fails wrongly', learnedRates(), 0.2, 0],
    ['nothing known of one that passes in half of all cases', learnedRates(), 0.05, 0.5],
    ['nothing known but that it never fails wrongly', learnedRates(undefined, { falseFail: 0 }), 0, 0.3],
    ['the same of one that passes in half of all cases', learnedRates(undefined, { falseFail: 0 }), 0, 0.5],
    ['nothing known but how often it passes wrongly', learnedRates(undefined, { falsePass: 0.3 }), 0.1, 0.3],
    ['history right', learnedRates(honest), 0, 0.3],
    ['history knows of no false failure', learnedRates(clean), 0.1, 0],
    ['history knows of no false failure of one that does both', learnedRates(clean), 0.1, 0.1],
    ['history says 5%', learnedRates({ ...honest, passesAtBad: 2.5 }), 0, 0.3],
  ];
  it.each(models)('is no more than how often it is right: %s', (_, rates, falseFail, falsePass) => {
    let claimed = 0;
    let doubt = 0;
    let right = 0;
    const searches = 120;
    for (let seed = 0; seed < searches; seed++) {
      const random = randomNumbers(seed);
      const shape = { size: 60, mergeShare: 0.3, branchShare: 0.3, skewS: 0 };
      const graph = graphFromRecords(randomHistory(random, shape));
      const candidates = [...ancestorsOf(graph, graph.size - 1)].filter((node) => node !== 0);
      const culprit = candidates[Math.floor(random() * candidates.length)]!;
      const problem = problemOf(graph, [rates]);
      const outcomes: Outcome[] = [];
      let decision = decide(problem, outcomes);
      while (decision.state === 'running' && outcomes.length < 300) {
        for (const { version, repeats } of decision.next) {
          const isBad = ancestorsOf(graph, graph.names.indexOf(version)).has(culprit);
          for (let run = 0; run < repeats; run++) {
            const failed = isBad ? random() >= falsePass : random() < falseFail;
            outcomes.push({ verdict: failed ? 'bad' : 'good', version, regression: 'r0' });
            if (failed) break;
          }
        }
        decision = decide(problem, outcomes);
      }
      // An answer that says "the ends do not hold" names nobody and claims nothing.
      if (decision.state !== 'concluded') continue;
      const { version, p } = decision.regressions[0]!.top[0]!;
      claimed += p;
      doubt += p * (1 - p);
      if (version === graph.names.at(culprit)) right++;
    }
    expect(claimed).toBeGreaterThan(0.9 * searches);
    // Three standard errors, or one search.
    expect(right).toBeGreaterThanOrEqual(claimed - Math.max(1, 3 * Math.sqrt(doubt)));
  });
});
