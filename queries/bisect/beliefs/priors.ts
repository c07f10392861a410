import { nodeNamed } from '../graph/graph.ts';
import type { Prior } from './posterior.ts';
import type { Problem } from '../range/problem.ts';
import type { CandidateRange } from '../range/range.ts';

/** What one kind of knowledge does to the odds of a candidate. */
export const PRIOR_FACTORS = {
  /** Documentation only, another architecture, not built. */
  cannotAffect: 0.01,
  /**
   * Its build is equal to a parent's, so that nothing changed. Not quite certain: a test may see more than the build
   * (its commit, or the version that it calls itself), and two builds may be taken for one by mistake.
   */
  equalBuild: 0.001,
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
 * uniform one, so that wrong knowledge costs one more bit at most. Only a factor of zero and that of an equal build
 * survive the mixing. A noise-free search takes its ends for granted: no mass on ALWAYS and NEVER.
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
  const unchanged = equalToParent(problem, range);
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
  const candidates = new Float64Array(part.size);
  let mass = 0;
  for (let c = 0; c < part.size; c++) {
    if (possible[c] === 0) continue;
    const mixed = told ? 0.5 / count + (0.5 * weights[c]!) / total : 1 / count;
    candidates[c] = unchanged[c] === 1 ? mixed * PRIOR_FACTORS.equalBuild : mixed;
    mass += candidates[c]!;
  }
  const endDoubt = noiseFree ? 0 : END_DOUBT;
  const share = 1 - 2 * endDoubt;
  for (let c = 0; c < part.size; c++) candidates[c]! *= share / (mass || 1);
  return { candidates, always: endDoubt, never: endDoubt };
}

/** 1 for candidates that can be the first bad version at all. */
function possibleSuspects({ roles }: Problem, { part }: CandidateRange): Uint8Array {
  const possible = new Uint8Array(part.size).fill(1);
  if (roles === undefined) return possible;
  for (let c = 0; c < part.size; c++) if (roles.suspect[part.nodeOf[c]!] === 0) possible[c] = 0;
  return possible;
}

/** 1 for candidates whose build is that of a parent; of the first one, where only the main line is searched. */
export function equalToParent({ builds, firstParent }: Problem, { part, graph }: CandidateRange): Uint8Array {
  const equal = new Uint8Array(part.size);
  if (builds === undefined) return equal;
  for (let c = 0; c < part.size; c++) {
    const node = part.nodeOf[c]!;
    const build = builds.get(graph.names.at(node));
    if (build === undefined) continue;
    const first = graph.parentStart[node]!;
    const end =
      firstParent === true ? Math.min(first + 1, graph.parentStart[node + 1]!) : graph.parentStart[node + 1]!;
    for (let e = first; e < end; e++)
      if (builds.get(graph.names.at(graph.parentList[e]!)) === build) equal[c] = 1;
  }
  return equal;
}
