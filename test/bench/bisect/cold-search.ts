import { readFileSync } from 'node:fs';
import { graphFromCommitGraphFiles } from '../../../queries/bisect/graph/commit-graph-file.ts';
import { decide } from '../../../queries/bisect/decide.ts';
import type { VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import type { Outcome, Problem } from '../../../queries/bisect/range/problem.ts';
import { markDescendants, PLATFORM } from './laboratory.ts';
import { randomNumbers } from '../../support/random-numbers.ts';

/** What a fresh process measures of itself. */
export interface ColdFigures {
  readonly coldMs: number;
  readonly firstStepMs: number;
  /** What the first step took of a processor, helpers included: on a busy machine the clock says more. */
  readonly firstStepCpuMs: number;
  readonly laterStepMs: number;
  readonly peakMB: number;
  readonly commits: number;
}

/** Reads a commit-graph and searches a culprit on the whole of it. */
function measureCold(file: string, seed: number): ColdFigures {
  const startMs = performance.now();
  const graph = graphFromCommitGraphFiles([readFileSync(file)]);
  const problem = wholeHistory(graph);
  const decodedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const outcomes: Outcome[] = [];
  let decision = decide(problem, outcomes);
  const firstMs = performance.now();
  const cpu = process.cpuUsage(cpuBefore);
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
  return {
    coldMs: firstMs - startMs,
    firstStepMs: firstMs - decodedMs,
    firstStepCpuMs: (cpu.user + cpu.system) / 1000,
    laterStepMs: laterMs / steps,
    peakMB: Math.max(peakMB, process.resourceUsage().maxRSS / 1024),
    commits: graph.size,
  };
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

// A program of its own (FILE SEED): only a fresh process knows what reading the file and the first step cost.
const [file = '', seed = '1'] = process.argv.slice(2);
console.log(JSON.stringify(measureCold(file, Number(seed))));
