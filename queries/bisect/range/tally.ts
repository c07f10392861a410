import { BisectError } from '../graph/bisect-error.ts';
import { nodeNamed, type VersionGraph } from '../graph/graph.ts';
import type { Outcome, Problem } from './problem.ts';

/** Runs of one boot tell little more of the version than three of them. */
const RUNS_PER_BOOT = 3;

/** Runs at one version: how many showed what is searched, and how many did not. */
export interface RunTally {
  readonly bad: number;
  readonly good: number;
}

/** All that the outcomes say, in the terms of the search (a search for a fix has good and bad turned around). */
export interface Tally {
  /** By regression, then by node, in the order of first sight. */
  readonly runs: ReadonlyMap<string, ReadonlyMap<number, RunTally>>;
  /** By platform: versions that were built and booted. */
  readonly built: ReadonlyMap<string, ReadonlySet<number>>;
  /** By platform: versions that could not be tested, and whether that tells of their neighbours. */
  readonly untestable: ReadonlyMap<string, ReadonlyMap<number, 'breakage' | 'isolated'>>;
}

/**
 * Counts the outcomes. Throws a `BisectError` for a version that is not in the graph and for a regression that is
 * not in the problem.
 */
export function tallyOf(graph: VersionGraph, problem: Problem, outcomes: readonly Outcome[]): Tally {
  const platformOf = new Map(problem.regressions.map((regression) => [regression.key, regression.platform]));
  const platforms = new Set(platformOf.values());
  const runs = new Map([...platformOf.keys()].map((key) => [key, new Map<number, RunTally>()]));
  const built = new Map([...platforms].map((platform) => [platform, new Set<number>()]));
  const untestable = new Map(
    [...platforms].map((platform) => [platform, new Map<number, 'breakage' | 'isolated'>()]),
  );
  const perBoot = new Map<string, number>();
  const searched = problem.direction === 'fixed' ? 'good' : 'bad';
  for (const outcome of outcomes) {
    const node = nodeNamed(graph, outcome.version);
    if (outcome.verdict === 'skip') {
      if (outcome.reason === 'infrastructure') continue;
      // What ran once is testable, whoever else cannot build it, before or after.
      if (built.get(outcome.platform)?.has(node) !== true)
        untestable.get(outcome.platform)?.set(node, outcome.reason === 'isolated' ? 'isolated' : 'breakage');
      continue;
    }
    const platform = platformOf.get(outcome.regression);
    if (platform === undefined)
      throw new BisectError('unknown-regression', `the search has no regression ${outcome.regression}`, {
        regression: outcome.regression,
      });
    if (outcome.patched !== true) {
      built.get(platform)!.add(node);
      untestable.get(platform)!.delete(node);
    }
    const count = countedRuns(perBoot, outcome.runs ?? 1, outcome.boot, `${outcome.regression}\n${node}`);
    if (count === 0) continue;
    const ofRegression = runs.get(outcome.regression)!;
    const before = ofRegression.get(node) ?? { bad: 0, good: 0 };
    ofRegression.set(
      node,
      outcome.verdict === searched
        ? { bad: before.bad + count, good: before.good }
        : { bad: before.bad, good: before.good + count },
    );
  }
  return { runs, built, untestable };
}

function countedRuns(
  perBoot: Map<string, number>,
  runs: number,
  boot: string | undefined,
  what: string,
): number {
  if (boot === undefined) return runs;
  const key = `${boot}\n${what}`;
  const before = perBoot.get(key) ?? 0;
  const counted = Math.max(0, Math.min(runs, RUNS_PER_BOOT - before));
  perBoot.set(key, before + counted);
  return counted;
}
