import { markAncestors, type VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import { drawRange, markDescendants, play, playGit, problemFor } from './laboratory.ts';
import type { MeasuredHistory } from './history-source.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { atLeast, atMost, trialsOf, type Effort, type Measured } from './report.ts';

/** Compares tests with git's where a stretch of the range, or commits here and there, cannot be built. */
export function measureBrokenBuilds({ graph }: MeasuredHistory, effort: Effort): Measured[] {
  const rows: Measured[] = [];
  const namesOf = (nodes: readonly number[]): string => nodes.map(graph.names.at).sort().join();
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
    const sets = { exact: 0, ofGit: 0, same: 0 };
    for (let t = 0; t < trials; t++) {
      const range = drawRange(graph, random, 300, 3_000);
      const broken = brokenStretch(graph, range.candidates, random, least, most);
      const culprit = range.candidates[Math.floor(random() * range.candidates.length)]!;
      const problem = problemFor(graph, range, [{ kind: 'exact' }]);
      const planted = { culprits: [culprit], falseFail: 0, falsePass: 0, broken };
      const played = play(problem, planted, random, { listed: 10_000, costs: { build: 1, boot: 0, run: 0 } });
      const git = playGit(graph, range, culprit, broken);
      ours += played.steps;
      gits += git.good + git.bad + git.skipped;
      const ourSet = played.decision.regressions[0]!.top.map((each) => graph.names.indexOf(each.version));
      const truth = namesOf(inseparableFrom(graph, range.candidates, culprit, broken));
      if (namesOf(ourSet) === truth) sets.exact++;
      if (namesOf(git.suspects) === truth) sets.ofGit++;
      if (namesOf(git.suspects) === namesOf(ourSet)) sets.same++;
    }
    const range = `${100 * least}-${100 * most}%`;
    rows.push(atMost(`broken builds over ${range} of the range: tests / git`, ours / gits, goal, trials));
    const what = `broken builds over ${range}: suspects are all that no test separates`;
    const share = (count: number): string => (count / trials).toFixed(3);
    const note = ` (git's ${share(sets.ofGit)}, the same ${share(sets.same)})`;
    rows.push(atLeast(what, sets.exact / trials, 1, trials, note));
  }
  return [...rows, isolated(graph, effort)];
}

/** Lists the candidates on which every version that can be tested agrees with the culprit. */
function inseparableFrom(
  graph: VersionGraph,
  candidates: readonly number[],
  culprit: number,
  broken: Uint8Array,
): number[] {
  const isBad = markDescendants(graph, culprit);
  const tested = candidates.filter((node) => broken[node] === 0);
  const contained = markAncestors(
    graph,
    tested.filter((node) => isBad[node] === 0),
  );
  let left = candidates.filter((node) => contained[node] === 0);
  // What a bad version below another one has left, that one contains too: the lowest are enough.
  const hasBadBelow = new Uint8Array(graph.size);
  for (const node of candidates) {
    const { parentStart, parentList } = graph;
    const parents = parentList.subarray(parentStart[node], parentStart[node + 1]);
    const isTestedBad = broken[node] === 0 && isBad[node] === 1;
    if (parents.some((parent) => hasBadBelow[parent] === 1)) hasBadBelow[node] = 1;
    else if (isTestedBad) {
      hasBadBelow[node] = 1;
      const below = markAncestors(graph, [node]);
      left = left.filter((candidate) => below[candidate] === 1);
    }
  }
  return left;
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
