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
      const figures = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as ColdFigures;
      return rowsOf(figures, copies === 1);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(
  { coldMs, firstStepMs, laterStepMs, peakMB, commits }: ColdFigures,
  exact: boolean,
): Measured[] {
  const title = `${commits} candidates: `;
  if (exact) return [atMost(`${title}first step, exact (s)`, firstStepMs / 1000, 0.6, 1)];
  return [
    atMost(`${title}first step (s)`, firstStepMs / 1000, 0.5, 1),
    atMost(`${title}mean later step (s)`, laterStepMs / 1000, 0.2, 1),
    atMost(`${title}cold, file to first pick (s)`, coldMs / 1000, 1.5, 1),
    atMost(`${title}peak memory (MB)`, peakMB, 400, 1),
  ];
}
