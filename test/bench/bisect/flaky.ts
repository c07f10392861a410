import type { RateModel } from '../../../queries/bisect/rates/flakiness.ts';
import { learnedRates } from '../../../queries/bisect/rates/learned-rates.ts';
import { exactBits } from '../../../queries/bisect/rates/information.ts';
import type { Costs } from '../../../queries/bisect/range/problem.ts';
import { cheapestFixedRepeats, type PathCounts } from './fixed-repeats.ts';
import { drawRange, play, playGit, problemFor } from './laboratory.ts';
import type { MeasuredHistory } from './history-source.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import {
  atLeast,
  atMost,
  mean,
  plusMinus,
  standardError,
  trialsOf,
  type Effort,
  type Measured,
} from './report.ts';

const RUNS_ONLY: Costs = { build: 0, boot: 0, run: 1 };
const PER_RANGE = 20;

interface FlakyFigures {
  readonly trials: number;
  readonly cost: number;
  /** The standard error of `cost`. */
  readonly costError: number;
  readonly right: number;
  readonly bits: number;
  readonly paths: readonly PathCounts[];
}

function playFlaky(
  { graph }: MeasuredHistory,
  effort: Effort,
  rates: RateModel,
  falseFail: number,
  falsePass: number,
  costs: Costs,
  { confirming = 0, certainty }: { readonly confirming?: number; readonly certainty?: number } = {},
): FlakyFigures {
  const random = randomNumbers(effort.seed + 20);
  const ranges = trialsOf(effort, 20);
  const spent: number[] = [];
  const bits: number[] = [];
  const paths: PathCounts[] = [];
  let right = 0;
  for (let r = 0; r < ranges; r++) {
    const range = drawRange(graph, random, 200, 3_000);
    const problem = {
      ...problemFor(graph, range, [rates]),
      ...(certainty === undefined ? {} : { certainty }),
    };
    for (let t = 0; t < PER_RANGE; t++) {
      const culprit = range.candidates[Math.floor(random() * range.candidates.length)]!;
      const played = play(problem, { culprits: [culprit], falseFail, falsePass }, random, {
        costs,
        confirming,
      });
      if (
        played.decision.state === 'concluded' &&
        played.decision.regressions[0]!.top[0]!.version === graph.names.at(culprit)
      )
        right++;
      spent.push(played.runs * costs.run + played.builds * costs.build);
      bits.push(Math.log2(range.candidates.length));
      paths.push(playGit(graph, range, culprit));
    }
  }
  const trials = ranges * PER_RANGE;
  return {
    trials,
    cost: mean(spent),
    costError: standardError(spent),
    right: right / trials,
    bits: mean(bits),
    paths,
  };
}

function rightRow(what: string, { right, trials }: FlakyFigures): Measured {
  return atLeast(what, right, 0.985, trials, plusMinus(Math.sqrt((right * (1 - right)) / trials)));
}

/** The most that one run can tell. */
function capacity(falseFail: number, falsePass: number): number {
  let most = 0;
  for (let i = 1; i < 200; i++) most = Math.max(most, exactBits(i / 200, { falseFail, falsePass }, 1));
  return most;
}

/** Flaky tests whose rates are known. */
export function measureKnownRates(history: MeasuredHistory, effort: Effort): Measured[] {
  const cases: readonly [number, number, number, number][] = [
    [0, 0.1, 0.7, 1.15],
    [0, 0.3, 0.62, 1.15],
    [0.02, 0.3, 0.42, 1.22],
    [0.1, 0.1, 0.42, 1.22],
  ];
  return cases.flatMap(([falseFail, falsePass, goal, goalOfBits]) => {
    const rates: RateModel = { kind: 'known', falseFail, falsePass };
    const figures = playFlaky(history, effort, rates, falseFail, falsePass, RUNS_ONLY);
    const git = cheapestFixedRepeats(figures.paths, falseFail, falsePass, 0.99, 0);
    const title = `rates known (${falseFail}, ${falsePass}): `;
    const bound = figures.bits / capacity(falseFail, falsePass);
    return [
      atMost(
        `${title}runs / git x ${git.repeats}`,
        figures.cost / git.cost,
        goal,
        figures.trials,
        `${plusMinus(figures.costError / git.cost)} (${figures.cost.toFixed(1)} runs)`,
      ),
      atMost(
        `${title}runs / (H/C)`,
        figures.cost / bound,
        goalOfBits,
        figures.trials,
        plusMinus(figures.costError / bound),
      ),
      rightRow(`${title}right`, figures),
    ];
  });
}

/** Flaky tests whose rates are learned on the way, also from a history that is wrong. */
export function measureLearnedRates(history: MeasuredHistory, effort: Effort): Measured[] {
  const honest = { failuresAtGood: 0, runsAtGood: 50, passesAtBad: 15, runsAtBad: 50 };
  const lying = { ...honest, passesAtBad: 2.5 };
  const cases = [
    { title: 'nothing known', rates: learnedRates(), goal: 1.35 },
    { title: 'nothing known, --confidence 0.98', rates: learnedRates(), goal: 1.35, certainty: 0.98 },
    {
      title: 'nothing known but that it never fails wrongly',
      rates: learnedRates(undefined, { falseFail: 0 }),
      goal: 1.35,
    },
    { title: 'history right', rates: learnedRates(honest), goal: 1.35 },
    { title: 'history says 5%', rates: learnedRates(lying), goal: 1.35 },
  ];
  return cases.flatMap(({ title, rates, goal, ...asked }) => {
    const figures = playFlaky(history, effort, rates, 0, 0.3, RUNS_ONLY, asked);
    const bound = figures.bits / capacity(0, 0.3);
    return [
      atMost(
        `rates learned, truth (0, 0.3), ${title}: runs / (H/C)`,
        figures.cost / bound,
        goal,
        figures.trials,
        plusMinus(figures.costError / bound),
      ),
      rightRow(`rates learned, truth (0, 0.3), ${title}: right`, figures),
    ];
  });
}

/** Tests that lie and that nobody called flaky: what running again finds out that an answer rests on, and what it costs. */
export function measureConfirmed(history: MeasuredHistory, effort: Effort): Measured[] {
  const truths: readonly (readonly [number, number])[] = [
    [0, 0],
    [0, 0.05],
    [0, 0.1],
    [0, 0.3],
    [0.1, 0.1],
    [0.2, 0],
  ];
  return truths.flatMap(([falseFail, falsePass]) =>
    [0, 1, 2, 3].map((confirming): Measured => {
      const exact = { kind: 'exact' } as const;
      const { right, cost, trials } = playFlaky(history, effort, exact, falseFail, falsePass, RUNS_ONLY, {
        confirming,
      });
      return {
        what: `taken for certain, (${falseFail}, ${falsePass}), confirmed x ${confirming}: right`,
        goal: 'none',
        reached: `${right.toFixed(3)} (${cost.toFixed(1)} runs)`,
        met: null,
        trials,
      };
    }),
  );
}

/** Flaky tests where a build costs as much as 1, 5 or 20 runs. */
export function measureCosts(history: MeasuredHistory, effort: Effort): Measured[] {
  const cases: readonly [number, number, number][] = [
    [0.1, 1, 1.02],
    [0.1, 5, 1.02],
    [0.1, 20, 1.02],
    [0.3, 1, 0.8],
  ];
  return cases.map(([falsePass, build, goal]) => {
    const rates: RateModel = { kind: 'known', falseFail: 0, falsePass };
    const figures = playFlaky(history, { ...effort, scale: effort.scale / 2 }, rates, 0, falsePass, {
      build,
      boot: 0,
      run: 1,
    });
    const git = cheapestFixedRepeats(figures.paths, 0, falsePass, 0.99, build);
    const what = `cost, beta ${falsePass}, build ${build} runs: cost / git x ${git.repeats}`;
    return atMost(
      what,
      figures.cost / git.cost,
      goal,
      figures.trials,
      `${plusMinus(figures.costError / git.cost)} (right ${figures.right.toFixed(3)})`,
    );
  });
}
