import { decide } from '../../../queries/bisect/decide.ts';
import type { Decision } from '../../../queries/bisect/verdict/decision.ts';
import { gitNextStep } from '../../../queries/bisect/as-git/git-bisection.ts';
import { markAncestors, type VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import type { DecideOptions, Outcome, Problem, Regression } from '../../../queries/bisect/range/problem.ts';
import type { RateModel } from '../../../queries/bisect/rates/flakiness.ts';
import { toConfirm } from '../../../queries/bisect-session/to-confirm.ts';

/** Two ends with enough candidates between them. */
export interface MeasuredRange {
  readonly good: number;
  readonly bad: number;
  readonly candidates: readonly number[];
}

/** Draws a range whose number of candidates lies within bounds. */
export function drawRange(
  graph: VersionGraph,
  random: () => number,
  least: number,
  most: number,
): MeasuredRange {
  for (;;) {
    const bad = Math.floor(random() * graph.size);
    const below = markAncestors(graph, [bad]);
    const good = Math.floor(random() * graph.size);
    if (below[good] === 0) continue;
    const contained = markAncestors(graph, [good]);
    const candidates: number[] = [];
    for (let v = 0; v < graph.size; v++) if (below[v] === 1 && contained[v] === 0) candidates.push(v);
    if (candidates.length >= least && candidates.length <= most) return { good, bad, candidates };
  }
}

/** Marks a node and all that descend from it. */
export function markDescendants(graph: VersionGraph, node: number): Uint8Array {
  const marked = new Uint8Array(graph.size);
  marked[node] = 1;
  for (let v = node + 1; v < graph.size; v++)
    for (let e = graph.parentStart[v]!; e < graph.parentStart[v + 1]!; e++)
      if (marked[graph.parentList[e]!] === 1) {
        marked[v] = 1;
        break;
      }
  return marked;
}

export const PLATFORM = 'x86_64';

export function problemFor(
  graph: VersionGraph,
  range: MeasuredRange,
  rates: readonly RateModel[],
  more: Partial<Problem> = {},
): Problem {
  const regressions = rates.map((each, k): Regression => ({ key: `r${k}`, platform: PLATFORM, rates: each }));
  return {
    graph,
    good: [graph.names.at(range.good)],
    bad: [graph.names.at(range.bad)],
    regressions,
    ...more,
  };
}

/** How the planted truth answers. */
export interface Truth {
  /** One culprit a regression. */
  readonly culprits: readonly number[];
  readonly falseFail: number;
  readonly falsePass: number;
  /** 1 for nodes that cannot be built. */
  readonly broken?: Uint8Array;
}

export interface Played {
  readonly decision: Decision;
  readonly outcomes: readonly Outcome[];
  /** Versions whose build was tried, each once. */
  readonly builds: number;
  /** Picks followed, that is, boots. */
  readonly steps: number;
  /** Decisions asked for. */
  readonly rounds: number;
  readonly runs: number;
}

/**
 * Plays a search to its end, from what is known at its start. Runs of a pick stop at the first failure of every regression.
 *
 * @param confirming how many runs more confirm an answer, as of `run --confirm`.
 */
export function play(
  problem: Problem,
  truth: Truth,
  random: () => number,
  { confirming = 0, ...options }: DecideOptions & { readonly confirming?: number } = {},
  known: readonly Outcome[] = [],
): Played {
  const { graph } = problem;
  const bad = truth.culprits.map((culprit) => markDescendants(graph, culprit));
  const outcomes: Outcome[] = [...known];
  const built = new Set<number>();
  let steps = 0;
  let runs = 0;
  for (let turn = 0; turn < 2_000; turn++) {
    const decision = decide(problem, outcomes, options);
    const again = confirming > 0 ? toConfirm({ problem, outcomes, decision }, confirming) : null;
    const picks = decision.state === 'running' ? decision.next : again === null ? [] : [again];
    if (picks.length === 0) return { decision, outcomes, builds: built.size, steps, rounds: turn, runs };
    for (const pick of picks) {
      const node = graph.names.indexOf(pick.version);
      built.add(node);
      steps++;
      if (truth.broken?.[node] === 1) {
        outcomes.push({ verdict: 'skip', version: pick.version, platform: PLATFORM, reason: 'build' });
        continue;
      }
      problem.regressions.forEach(({ key }, k) => {
        for (let run = 0; run < pick.repeats; run++) {
          runs++;
          const failed = bad[k]![node] === 1 ? random() >= truth.falsePass : random() < truth.falseFail;
          outcomes.push({ verdict: failed ? 'bad' : 'good', version: pick.version, regression: key });
          if (failed) break;
        }
      });
    }
  }
  throw new Error(`a search did not end after ${outcomes.length} outcomes`);
}

export interface PlayedByGit {
  readonly good: number;
  readonly bad: number;
  readonly skipped: number;
  readonly suspects: readonly number[];
}

/** Plays `git bisect` on a noise-free test, skipped versions included. */
export function playGit(
  graph: VersionGraph,
  range: MeasuredRange,
  culprit: number,
  broken?: Uint8Array,
): PlayedByGit {
  const isBad = markDescendants(graph, culprit);
  let bad = range.bad;
  const goods = [range.good];
  const skipped: number[] = [];
  for (let count = 0; ; count++) {
    const step = gitNextStep(graph, { bad, goods, skipped, mergeBasesSettled: true });
    const played = {
      good: goods.length - 1,
      bad: count - goods.length + 1 - skipped.length,
      skipped: skipped.length,
    };
    if (step.kind === 'found') return { ...played, suspects: [step.node] };
    if (step.kind === 'only-skipped') return { ...played, suspects: step.suspects };
    if (step.kind !== 'test') throw new Error(`git would not go on: ${step.kind}`);
    if (broken?.[step.node] === 1) skipped.push(step.node);
    else if (isBad[step.node] === 1) bad = step.node;
    else goods.push(step.node);
  }
}
