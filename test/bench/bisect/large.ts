import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { ColdFigures } from './cold-search.ts';
import { encodeCommitGraph } from './commit-graph-writer.ts';
import { stacked, type MeasuredHistory } from './history-source.ts';
import { atMost, type Effort, type Measured } from './report.ts';

/** What a fresh process runs: this file's neighbour, compiled like this one. */
const COLD_SEARCH = join(import.meta.dirname, `cold-search${extname(import.meta.filename)}`);

/** Fresh processes; the fastest counts, for others may use the machine too. */
const RUNS = 3;

/** Times one step on large ranges: the whole history, and as many copies of it as make 1.39 million commits. */
export function measureLarge(history: MeasuredHistory, effort: Effort): Measured[] {
  const folder = mkdtempSync(join(tmpdir(), 'bisect-bench-'));
  try {
    return [1, Math.max(2, Math.round(1_393_000 / history.records.length))].flatMap((copies) => {
      const file = join(folder, `${copies}.graph`);
      writeFileSync(
        file,
        encodeCommitGraph(copies === 1 ? history.records : stacked(history.records, copies)),
      );
      const args = [COLD_SEARCH, file, String(effort.seed)];
      const runs = Array.from(
        { length: RUNS },
        () => JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as ColdFigures,
      );
      return rowsOf(runs, copies === 1);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Gives the best time of all runs, and the most memory. */
function rowsOf(runs: readonly ColdFigures[], exact: boolean): Measured[] {
  const seconds = (key: 'coldMs' | 'firstStepMs' | 'firstStepCpuMs' | 'laterStepMs'): number =>
    Math.min(...runs.map((run) => run[key])) / 1000;
  const title = `${runs[0]!.commits} candidates: `;
  const cpu = ` (${seconds('firstStepCpuMs').toFixed(2)} s of processor)`;
  if (exact) return [atMost(`${title}first step, exact (s)`, seconds('firstStepMs'), 0.6, RUNS, cpu)];
  return [
    atMost(`${title}first step (s)`, seconds('firstStepMs'), 0.5, RUNS, cpu),
    atMost(`${title}mean later step (s)`, seconds('laterStepMs'), 0.2, RUNS),
    atMost(`${title}cold, file to first pick (s)`, seconds('coldMs'), 1.5, RUNS),
    atMost(`${title}peak memory (MB)`, Math.max(...runs.map((run) => run.peakMB)), 400, RUNS),
  ];
}
