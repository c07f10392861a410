import { drawRange, markDescendants, play, playGit, problemFor } from './laboratory.ts';
import type { MeasuredHistory } from './history-source.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { atMost, trialsOf, type Effort, type Measured } from './report.ts';

/**
 * Counts builds for K regressions in one session against K sessions of git. Culprits lie anywhere, one for each
 * regression; or several regressions share one, as consumers of one interface do: one, two and three culprits
 * behind two, four and eight regressions; or all lie among some twenty commits. The goals for clusters are those of
 * shared culprits: one culprit behind two regressions cannot cost more than half, and two or three independent ones
 * behind four or eight cost .89 x 2/4 and about .81 x 3/8, just below those goals. Culprits that differ have to be
 * told apart, however near they lie, and no chooser gets that for nothing.
 */
export function measureJoint({ graph }: MeasuredHistory, effort: Effort): Measured[] {
  const cases: readonly [number, number, number][] = [
    [2, 0.89, 0.51],
    [4, 0.77, 0.46],
    [8, 0.67, 0.32],
  ];
  return cases.flatMap(([regressions, independentGoal, clusteredGoal]) => {
    const measure = (draw: (candidates: readonly number[], random: () => number) => number[]): JointFigures =>
      playJoint(graph, effort, draw);
    const anyOf = (pool: readonly number[], random: () => number): number =>
      pool[Math.floor(random() * pool.length)]!;
    const each = Array.from({ length: regressions }, (_, k) => k);
    const independent = measure((candidates, random) => each.map(() => anyOf(candidates, random)));
    const shared = measure((candidates, random) => {
      const culprits = Array.from({ length: Math.log2(regressions) }, () => anyOf(candidates, random));
      return each.map((k) => culprits[k % culprits.length]!);
    });
    const near = measure((candidates, random) => {
      const pool = neighbours(graph, candidates, random);
      return each.map(() => anyOf(pool, random));
    });
    const title = `joint, ${regressions} `;
    const behind = ['one culprit', 'two culprits', 'three culprits'][Math.log2(regressions) - 1]!;
    const { trials } = independent;
    const onChain = `(${independent.onChain.toFixed(3)} on a chain)`;
    return [
      atMost(
        `${title}independent: builds / separate ones`,
        independent.ratio,
        independentGoal,
        trials,
        ` ${onChain}`,
      ),
      atMost(
        `${title}with ${behind} behind them: builds / separate ones`,
        shared.ratio,
        clusteredGoal,
        trials,
      ),
      {
        ...atMost(`${title}among 20 commits: builds / separate ones`, near.ratio, 1, trials),
        goal: '(no goal)',
        met: null,
      },
    ];
  });
}

interface JointFigures {
  readonly ratio: number;
  /** What halving gets where the ranges have no branches, and culprits are independent. */
  readonly onChain: number;
  readonly trials: number;
}

function playJoint(
  graph: MeasuredHistory['graph'],
  effort: Effort,
  draw: (candidates: readonly number[], random: () => number) => number[],
): JointFigures {
  const random = randomNumbers(effort.seed + 30);
  const trials = trialsOf(effort, 40);
  let ours = 0;
  let gits = 0;
  let apart = 0;
  let saved = 0;
  for (let t = 0; t < trials; t++) {
    const range = drawRange(graph, random, 300, 3_000);
    const culprits = draw(range.candidates, random);
    apart += culprits.length * Math.log2(range.candidates.length);
    saved += savedOnChain(culprits.length);
    const problem = problemFor(
      graph,
      range,
      culprits.map(() => ({ kind: 'exact' })),
    );
    const truth = { culprits, falseFail: 0, falsePass: 0 };
    ours += play(problem, truth, random, { costs: { build: 1, boot: 0, run: 0 } }).builds;
    for (const culprit of culprits) {
      const git = playGit(graph, range, culprit);
      gits += git.good + git.bad;
    }
  }
  return { ratio: ours / gits, onChain: 1 - saved / apart, trials };
}

/**
 * Counts the builds that searches of independent culprits share while they halve one chain: all share the first one, and
 * then those that fell into the same half go on together. Whole commits and uneven cuts change it by a tenth of a
 * build. Branches allow more: a version that contains a part of either half tells of both.
 */
function savedOnChain(culprits: number): number {
  const saved = [0, 0];
  for (let count = 2; count <= culprits; count++) {
    let split = 0;
    let ways = 1;
    for (let together = 1; together < count; together++) {
      ways = (ways * (count - together + 1)) / together;
      split += ways * saved[together]!;
    }
    // That all fall into one half leaves the same question on half of the chain.
    const share = 2 ** (1 - count);
    saved.push((count - 1 + share * split) / (1 - share));
  }
  return saved[culprits]!;
}

/** Picks some twenty candidates that lie together, as the commits of one series and its merge do. */
function neighbours(
  graph: MeasuredHistory['graph'],
  candidates: readonly number[],
  random: () => number,
): readonly number[] {
  const inRange = new Set(candidates);
  const found = new Set([candidates[Math.floor(random() * candidates.length)]!]);
  for (const node of found) {
    if (found.size >= 20) break;
    for (let e = graph.parentStart[node]!; e < graph.parentStart[node + 1]!; e++)
      if (inRange.has(graph.parentList[e]!)) found.add(graph.parentList[e]!);
  }
  return [...found];
}

/** Compares several machines with one: rounds of a search. */
export function measureMachines({ graph }: MeasuredHistory, effort: Effort): Measured[] {
  return [2, 4].map((machines) => {
    const random = randomNumbers(effort.seed + 31);
    const trials = trialsOf(effort, 40);
    let rounds = 0;
    let bound = 0;
    for (let t = 0; t < trials; t++) {
      const range = drawRange(graph, random, 300, 3_000);
      const culprit = range.candidates[Math.floor(random() * range.candidates.length)]!;
      const problem = problemFor(graph, range, [{ kind: 'exact' }]);
      const truth = { culprits: [culprit], falseFail: 0, falsePass: 0 };
      rounds += play(problem, truth, random, { machines }).rounds;
      // On a chain, k machines cut the range into k + 1 parts each round.
      bound += Math.log2(range.candidates.length) / Math.log2(machines + 1);
    }
    return atMost(
      `${machines} machines: rounds / log n to the base of ${machines + 1}`,
      rounds / bound,
      1.05,
      trials,
    );
  });
}

/** Compares priors that name suspects rightly and wrongly with none. */
export function measurePriors({ graph }: MeasuredHistory, effort: Effort): Measured[] {
  const random = randomNumbers(effort.seed + 32);
  const trials = trialsOf(effort, 200);
  const sums = { right: 0, rightBound: 0, named: 0, namedBound: 0, wrong: 0, git: 0 };
  for (let t = 0; t < trials; t++) {
    const range = drawRange(graph, random, 300, 3_000);
    const { candidates } = range;
    const pick = (): number => candidates[Math.floor(random() * candidates.length)]!;
    const playWith = (
      culprit: number,
      factors: readonly { version: string; factor: number; why: string }[],
    ): number =>
      play(
        problemFor(graph, range, [{ kind: 'exact' }], { factors }),
        { culprits: [culprit], falseFail: 0, falsePass: 0 },
        random,
      ).steps;
    // A tenth of the commits touches the consumer's paths, and the culprit does with the odds that are claimed.
    const touching = new Set(candidates.filter(() => random() < 0.1));
    const total = candidates.length - touching.size + 10 * touching.size;
    const among =
      random() < (10 * touching.size) / total
        ? [...touching]
        : candidates.filter((node) => !touching.has(node));
    const culprit = among[Math.floor(random() * among.length)]!;
    const classes = [...touching].map((node) => ({
      version: graph.names.at(node),
      factor: 10,
      why: 'paths',
    }));
    sums.right += playWith(culprit, classes);
    sums.rightBound += mixtureBits((touching.has(culprit) ? 10 : 1) / total, candidates.length);
    const suspects = Array.from({ length: 3 }, pick);
    const factors = suspects.map((node) => ({
      version: graph.names.at(node),
      factor: candidates.length / 3,
      why: 'named',
    }));
    const named = random() < 0.5 ? suspects[0]! : pick();
    sums.named += playWith(named, factors);
    const weights = candidates.map((node) =>
      suspects.filter((each) => each === node).reduce((w) => (w * candidates.length) / 3, 1),
    );
    const share = weights[candidates.indexOf(named)]! / weights.reduce((a, b) => a + b, 0);
    sums.namedBound += mixtureBits(share, candidates.length);
    const elsewhere = pick();
    sums.wrong += playWith(elsewhere, wrongly(graph, candidates, elsewhere, random));
    const git = playGit(graph, range, elsewhere);
    sums.git += git.good + git.bad;
  }
  return [
    atMost('prior right, classes: tests / cross-entropy', sums.right / sums.rightBound, 1.06, trials),
    atMost('prior right, named suspects: tests / cross-entropy', sums.named / sums.namedBound, 1.17, trials),
    atMost('prior wrong: tests more than git', (sums.wrong - sums.git) / trials, 0.8, trials),
  ];
}

/** What a culprit of this prior share costs at least, when the prior is mixed half and half with the uniform one. */
function mixtureBits(share: number, count: number): number {
  return -Math.log2(0.5 * share + 0.5 / count);
}

/** Factors that speak for a tenth of the range without the culprit. */
function wrongly(
  graph: MeasuredHistory['graph'],
  candidates: readonly number[],
  culprit: number,
  random: () => number,
): { version: string; factor: number; why: string }[] {
  const below = markDescendants(graph, culprit);
  return candidates
    .filter((node) => below[node] === 0 && random() < 0.1)
    .map((node) => ({ version: graph.names.at(node), factor: 30, why: 'wrong' }));
}
