import { markAncestors } from '../../../queries/bisect/graph.ts';
import type { Outcome } from '../../../queries/bisect/problem.ts';
import { markDescendants, play, playGit, problemFor } from './laboratory.ts';
import type { MeasuredHistory } from './history-source.ts';
import { randomNumbers } from './random.ts';
import { atMost, mean, trialsOf, type Effort, type Measured } from './report.ts';

const GOOD_TAG = 'v2.30.0';
const BAD_TAG = 'v2.45.0';
const CANDIDATE_TAG = /^v[\d.]+-rc\d+$/;

/** Counts the tests that are left when the results of all release candidates are known: a clone of git.git only. */
export function measureKnownResults({ graph, tags }: MeasuredHistory, effort: Effort): Measured[] {
  const what = `-rc results known, ${GOOD_TAG}..${BAD_TAG}: tests left`;
  const [good, bad] = [GOOD_TAG, BAD_TAG].map((tag) => graph.names.indexOf(tags.get(tag) ?? ''));
  if (good === undefined || bad === undefined || good < 0 || bad < 0)
    return [{ what, goal: '<= 9.2', reached: 'no such tags here', met: null, trials: 0 }];
  const below = markAncestors(graph, [bad]);
  const contained = markAncestors(graph, [good]);
  const candidates = [...graph.committedAtS.keys()].filter((v) => below[v] === 1 && contained[v] === 0);
  const known = [...tags]
    .filter(([tag]) => CANDIDATE_TAG.test(tag))
    .map(([, commit]) => graph.names.indexOf(commit));
  const inRange = known.filter((node) => node >= 0 && below[node] === 1 && contained[node] === 0);
  const range = { good, bad, candidates };
  const problem = problemFor(graph, range, [{ kind: 'exact' }]);
  const random = randomNumbers(effort.seed + 40);
  const trials = trialsOf(effort, 60);
  const left: number[] = [];
  const gits: number[] = [];
  for (let t = 0; t < trials; t++) {
    const culprit = candidates[Math.floor(random() * candidates.length)]!;
    const isBad = markDescendants(graph, culprit);
    const outcomes = inRange.map((node): Outcome => ({
      verdict: isBad[node] === 1 ? 'bad' : 'good',
      version: graph.names.at(node),
      regression: 'r0',
    }));
    left.push(play(problem, { culprits: [culprit], falseFail: 0, falsePass: 0 }, random, {}, outcomes).steps);
    const git = playGit(graph, range, culprit);
    gits.push(git.good + git.bad);
  }
  return [atMost(what, mean(left), 9.2, trials, ` (git ${mean(gits).toFixed(1)}, ${inRange.length} known)`)];
}
