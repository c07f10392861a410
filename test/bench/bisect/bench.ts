import { parseArgs } from 'node:util';
import { historyFromFile, historyFromGit, type MeasuredHistory } from './history-source.ts';
import { measureBrokenBuilds } from './broken-builds.ts';
import { measureConfirmed, measureCosts, measureKnownRates, measureLearnedRates } from './flaky.ts';
import { measureJoint, measureMachines, measurePriors } from './joint.ts';
import { measureKnownResults } from './known-results.ts';
import { measureLarge } from './large.ts';
import { measureAsGit, measureNoiseFree } from './noise-free.ts';
import type { Effort, Measured } from './report.ts';

const PARTS: Readonly<Record<string, (history: MeasuredHistory, effort: Effort) => Measured[]>> = {
  'noise-free': measureNoiseFree,
  'as-git': measureAsGit,
  large: measureLarge,
  'broken-builds': measureBrokenBuilds,
  'known-rates': measureKnownRates,
  'learned-rates': measureLearnedRates,
  confirmed: measureConfirmed,
  costs: measureCosts,
  joint: measureJoint,
  machines: measureMachines,
  priors: measurePriors,
  'known-results': measureKnownResults,
};

const USAGE = `usage: bench (--graph FILE | --git DIR) [--quick] [--scale N] [--seed N] [--only PART,...]
parts: ${Object.keys(PARTS).join(', ')}`;

/** Measures the bisect engine on any history and prints each goal beside what was reached. */
// eslint-disable-next-line @typescript-eslint/require-await -- benchmarks are started as one: all are asynchronous
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      graph: { type: 'string' },
      git: { type: 'string' },
      quick: { type: 'boolean', default: false },
      scale: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
    },
  });
  if ((values.graph === undefined) === (values.git === undefined)) throw new Error(USAGE);
  const history = values.graph === undefined ? historyFromGit(values.git!) : historyFromFile(values.graph);
  const effort = { scale: values.quick ? 0.1 : Number(values.scale), seed: Number(values.seed) };
  console.log(`${history.title}: ${history.graph.size} commits, seed ${effort.seed}, scale ${effort.scale}`);
  for (const name of values.only?.split(',') ?? Object.keys(PARTS)) {
    const part = PARTS[name];
    if (part === undefined) throw new Error(USAGE);
    const startMs = performance.now();
    for (const row of part(history, effort)) printRow(row);
    console.log(`    (${name}: ${((performance.now() - startMs) / 1000).toFixed(1)} s)`);
  }
}

function printRow({ what, goal, reached, met, trials }: Measured): void {
  const mark = met === null ? '   ' : met ? 'ok ' : 'NO ';
  console.log(`${mark}${what.padEnd(58)} ${goal.padEnd(12)} ${reached.padEnd(26)} ${trials} trials`);
}
