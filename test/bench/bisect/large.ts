import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphFromCommitGraphFiles } from '../../../queries/bisect/commit-graph-file.ts';
import { decide } from '../../../queries/bisect/decide.ts';
import type { VersionGraph } from '../../../queries/bisect/graph.ts';
import type { Outcome, Problem } from '../../../queries/bisect/problem.ts';
import { encodeCommitGraph } from './commit-graph-writer.ts';
import { stacked, type MeasuredHistory } from './history-source.ts';
import { markDescendants, PLATFORM } from './laboratory.ts';
import { randomNumbers } from './random.ts';
import { atMost, type Effort, type Measured } from './report.ts';

/** What a fresh process measures of itself. */
interface ColdFigures {
  readonly coldMs: number;
  readonly firstStepMs: number;
  readonly laterStepMs: number;
  readonly peakMB: number;
  readonly commits: number;
}

/** The option under which the benchmark starts itself in a fresh process. */
export const COLD_OPTION = 'cold-file';

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
      const args = [process.argv[1]!, `--${COLD_OPTION}`, file, '--seed', String(effort.seed)];
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

/** Reads a commit-graph and searches a culprit on the whole of it; prints the figures as JSON. */
export function measureCold(file: string, seed: number): void {
  const startMs = performance.now();
  const graph = graphFromCommitGraphFiles([readFileSync(file)]);
  const problem = wholeHistory(graph);
  const decodedMs = performance.now();
  const outcomes: Outcome[] = [];
  let decision = decide(problem, outcomes);
  const firstMs = performance.now();
  // What the search itself costs, without what the truth needs: that is made after the memory is read.
  const peakMB = process.resourceUsage().maxRSS / 1024;
  const random = randomNumbers(seed);
  const isBad = markDescendants(graph, Math.floor(graph.size * (0.2 + 0.6 * random())));
  let laterMs = 0;
  let steps = 0;
  while (decision.state === 'running') {
    const { version } = decision.next[0]!;
    const verdict = isBad[graph.names.indexOf(version)] === 1 ? 'bad' : 'good';
    outcomes.push({ verdict, version, regression: 'r0' });
    const beforeMs = performance.now();
    decision = decide(problem, outcomes);
    laterMs += performance.now() - beforeMs;
    steps++;
  }
  const figures: ColdFigures = {
    coldMs: firstMs - startMs,
    firstStepMs: firstMs - decodedMs,
    laterStepMs: laterMs / steps,
    peakMB: Math.max(peakMB, process.resourceUsage().maxRSS / 1024),
    commits: graph.size,
  };
  console.log(JSON.stringify(figures));
}

function wholeHistory(graph: VersionGraph): Problem {
  const bad = graph.names.at(graph.size - 1);
  return {
    graph,
    good: [],
    bad: [bad],
    regressions: [{ key: 'r0', platform: PLATFORM, rates: { kind: 'exact' } }],
  };
}
