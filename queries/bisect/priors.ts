import { nodeNamed } from './graph.ts';
import type { Prior } from './posterior.ts';
import type { Problem } from './problem.ts';
import type { CandidateRange } from './range.ts';

/** What one kind of knowledge does to the odds of a candidate. */
export const PRIOR_FACTORS = {
  /** Documentation only, another architecture, not built. */
  cannotAffect: 0.01,
  /** Its build is equal to its parent's: nothing changed, for certain. */
  equalBuild: 0,
  touchesPaths: 10,
  behaviourRecord: 30,
  /** A later commit has `Fixes:` it. */
  namedByFixes: 30,
  /** A later commit reverts it. */
  reverted: 100,
  merge: 0.3,
} as const;

/** The mass of ALWAYS, and of NEVER, before any test: ends are rarely wrong, and sometimes they are. */
const END_DOUBT = 0.01;

/**
 * Makes the prior of one regression: the product of the factors of each candidate, mixed half and half with the
 * uniform one, so that wrong knowledge costs one more bit at most. Only a factor of zero (nothing changed there)
 * survives the mixing. A noise-free search takes its ends for granted: no mass on ALWAYS and NEVER.
 */
export function priorOf(
  problem: Problem,
  range: CandidateRange,
  regression: string,
  noiseFree: boolean,
): Prior {
  const { part } = range;
  const weights = new Float64Array(part.size).fill(1);
  const possible = possibleSuspects(problem, range);
  let told = false;
  for (const { version, factor, regression: about } of problem.factors ?? []) {
    if (about !== undefined && about !== regression) continue;
    const local = part.localOf[nodeNamed(range.graph, version)]!;
    if (local < 0) continue;
    weights[local]! *= factor;
    told = true;
    if (factor === 0) possible[local] = 0;
  }
  let count = 0;
  let total = 0;
  for (let c = 0; c < part.size; c++) {
    if (possible[c] === 0) continue;
    count++;
    total += weights[c]!;
  }
  const endDoubt = noiseFree ? 0 : END_DOUBT;
  const share = 1 - 2 * endDoubt;
  const candidates = new Float64Array(part.size);
  for (let c = 0; c < part.size; c++) {
    if (possible[c] === 0) continue;
    candidates[c] = share * (told ? 0.5 / count + (0.5 * weights[c]!) / total : 1 / count);
  }
  return { candidates, always: endDoubt, never: endDoubt };
}

/** 1 for candidates that can be the first bad version at all. */
function possibleSuspects(problem: Problem, range: CandidateRange): Uint8Array {
  const { part, graph } = range;
  const possible = new Uint8Array(part.size).fill(1);
  const { roles, builds } = problem;
  for (let c = 0; c < part.size; c++) {
    const node = part.nodeOf[c]!;
    if (roles?.suspect[node] === 0) possible[c] = 0;
    if (builds === undefined) continue;
    const build = builds.get(graph.names.at(node));
    if (build === undefined) continue;
    for (let e = graph.parentStart[node]!; e < graph.parentStart[node + 1]!; e++)
      if (builds.get(graph.names.at(graph.parentList[e]!)) === build) possible[c] = 0;
  }
  return possible;
}
