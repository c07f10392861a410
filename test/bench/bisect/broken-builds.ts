import { drawRange, markDescendants, play, playGit, problemFor } from './laboratory.ts';
import type { MeasuredHistory } from './history-source.ts';
import { randomNumbers } from './random.ts';
import { atLeast, atMost, trialsOf, type Effort, type Measured } from './report.ts';

/** Compares tests with git's where a stretch of the range, or commits here and there, cannot be built. */
export function measureBrokenBuilds({ graph }: MeasuredHistory, effort: Effort): Measured[] {
  const rows: Measured[] = [];
  const shares: readonly [number, number, number][] = [
    [0.02, 0.1, 0.75],
    [0.1, 0.3, 0.45],
    [0.3, 0.6, 0.3],
  ];
  for (const [least, most, goal] of shares) {
    const random = randomNumbers(effort.seed + 10);
    const trials = trialsOf(effort, 60);
    let ours = 0;
    let gits = 0;
    let sameSet = 0;
    for (let t = 0; t < trials; t++) {
      const range = drawRange(graph, random, 300, 3_000);
      const broken = brokenStretch(graph, range.candidates, random, least, most);
      const culprit = range.candidates[Math.floor(random() * range.candidates.length)]!;
      const problem = problemFor(graph, range, [{ kind: 'exact' }]);
      const truth = { culprits: [culprit], falseFail: 0, falsePass: 0, broken };
      const played = play(problem, truth, random, { listed: 10_000, costs: { build: 1, boot: 0, run: 0 } });
      const git = playGit(graph, range, culprit, broken);
      ours += played.steps;
      gits += git.good + git.bad + git.skipped;
      const names = played.decision.regressions[0]!.top.map((each) => each.version).sort();
      const theirs = git.suspects.map((node) => graph.names.at(node)).sort();
      if (names.join() === theirs.join()) sameSet++;
    }
    const range = `${100 * least}-${100 * most}%`;
    rows.push(atMost(`broken builds over ${range} of the range: tests / git`, ours / gits, goal, trials));
    rows.push(atLeast(`broken builds over ${range}: same suspects as git`, sameSet / trials, 1, trials));
  }
  return [...rows, isolated(graph, effort)];
}

/** Commits that are broken one by one, 5% of all. */
function isolated(graph: MeasuredHistory['graph'], effort: Effort): Measured {
  const random = randomNumbers(effort.seed + 11);
  const trials = trialsOf(effort, 100);
  let ours = 0;
  let gits = 0;
  for (let t = 0; t < trials; t++) {
    const range = drawRange(graph, random, 300, 3_000);
    const broken = new Uint8Array(graph.size);
    for (const node of range.candidates) if (node !== range.bad && random() < 0.05) broken[node] = 1;
    const culprit = range.candidates[Math.floor(random() * range.candidates.length)]!;
    const problem = problemFor(graph, range, [{ kind: 'exact' }]);
    ours += play(problem, { culprits: [culprit], falseFail: 0, falsePass: 0, broken }, random).steps;
    const git = playGit(graph, range, culprit, broken);
    gits += git.good + git.bad + git.skipped;
  }
  return atMost('isolated broken commits: tests / git', ours / gits, 1.05, trials);
}

/** Breaks what contains one commit and not another, so that a share of the range within bounds is broken. */
function brokenStretch(
  graph: MeasuredHistory['graph'],
  candidates: readonly number[],
  random: () => number,
  least: number,
  most: number,
): Uint8Array {
  for (;;) {
    const pick = (): number => candidates[Math.floor(random() * candidates.length)]!;
    const broke = markDescendants(graph, pick());
    const fixed = markDescendants(graph, pick());
    const broken = broke.map((each, v) => each & (1 - fixed[v]!));
    let count = 0;
    for (const node of candidates) count += broken[node]!;
    const share = count / candidates.length;
    if (share >= least && share <= most && broken[candidates.at(-1)!] === 0) return broken;
  }
}
