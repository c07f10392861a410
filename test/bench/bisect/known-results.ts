import { markAncestors } from '../../../queries/bisect/graph/graph.ts';
import type { Outcome } from '../../../queries/bisect/range/problem.ts';
import { markDescendants, play, problemFor } from './laboratory.ts';
import type { MeasuredHistory } from './history-source.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { atMost, mean, plusMinus, standardError, trialsOf, type Effort, type Measured } from './report.ts';

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
  const trials = trialsOf(effort, 200);
  const left: number[] = [];
  for (let t = 0; t < trials; t++) {
    // Culprits at equal distances, so that chance decides little.
    const culprit = candidates[Math.floor(((t + random()) * candidates.length) / trials)]!;
    const isBad = markDescendants(graph, culprit);
    const outcomes = inRange.map((node): Outcome => ({
      verdict: isBad[node] === 1 ? 'bad' : 'good',
      version: graph.names.at(node),
      regression: 'r0',
    }));
    left.push(play(problem, { culprits: [culprit], falseFail: 0, falsePass: 0 }, random, {}, outcomes).steps);
  }
  const bound = testsLeft(graph, candidates, inRange);
  const note = `${plusMinus(standardError(left))} (bound ${bound.toFixed(2)}; ${inRange.length} known)`;
  return [atMost(what, mean(left), 9.2, trials, note)];
}

/**
 * How many tests are left on average at least, when it is known for some versions whether they contain the culprit:
 * what cannot be told apart yet is halved as evenly as whole commits allow.
 */
function testsLeft(
  graph: MeasuredHistory['graph'],
  candidates: readonly number[],
  known: readonly number[],
): number {
  const containedIn = known.map((node) => markAncestors(graph, [node]));
  const counts = new Map<string, number>();
  for (const node of candidates) {
    const signature = containedIn.map((marks) => marks[node]).join('');
    counts.set(signature, (counts.get(signature) ?? 0) + 1);
  }
  let tests = 0;
  for (const count of counts.values()) {
    const whole = Math.floor(Math.log2(count));
    tests += (count / candidates.length) * (whole + (2 * (count - 2 ** whole)) / count);
  }
  return tests;
}
