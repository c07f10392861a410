import { rounded } from './rounding.ts';
import type { Posterior } from './posterior.ts';
import type { CandidateRange } from '../range/range.ts';
import type { Subgraph } from '../graph/subgraph.ts';

/** The smallest set of candidates that holds the culprit with this probability is what "suspects" counts. */
const CREDIBLE = 0.99;
/** Masses within an eighth of a factor of two are counted together, which saves sorting a million of them. */
const STEPS_PER_OCTAVE = 8;
const OCTAVES = 64;

/** A candidate and the probability that it is the first bad version. */
export interface Suspect {
  readonly version: string;
  readonly p: number;
}

export interface Suspects {
  readonly count: number;
  /** The likeliest, at most as many as asked for; of equals the oldest. */
  readonly listed: readonly Suspect[];
  /** The first of them as a node of the range; -1 when nothing is possible. */
  readonly top: number;
}

/** Counts and lists who is suspected. With noise-free evidence everybody who is not refuted is. */
export function suspectsOf(
  range: CandidateRange,
  posterior: Posterior,
  noiseFree: boolean,
  most: number,
): Suspects {
  const { candidates } = posterior;
  const floor = noiseFree ? Number.MIN_VALUE : credibleFloor(posterior);
  let count = 0;
  const best: number[] = [];
  let worstKept = 0;
  for (let c = 0; c < candidates.length; c++) {
    const p = candidates[c]!;
    if (p < floor || p === 0) continue;
    count++;
    // Equals may have to be sorted out by age and name, so those are kept too, within reason.
    if (best.length < 4 * most + 1_000 || p > worstKept) best.push(c);
    if (best.length >= 8 * most + 2_000) {
      best.sort((a, b) => candidates[b]! - candidates[a]! || a - b);
      best.length = 4 * most + 1_000;
      worstKept = candidates[best.at(-1)!]!;
    }
  }
  const listed = oldestFirst(range, posterior, best).slice(0, most);
  return { count, listed: listed.map(({ version, p }) => ({ version, p })), top: listed[0]?.c ?? -1 };
}

/** Sorts by probability, then by date; a series that was applied within one second goes by its order in the history. */
function oldestFirst(
  { graph: { names, committedAtS }, part }: CandidateRange,
  { candidates }: Posterior,
  nodes: readonly number[],
): { readonly c: number; readonly version: string; readonly p: number }[] {
  const all = nodes.map((c) => {
    const node = part.nodeOf[c]!;
    return { c, version: names.at(node), at: committedAtS[node]!, p: rounded(candidates[c]!) };
  });
  const depth = new Set(all.map(({ at }) => at)).size === all.length ? null : depthsOf(part);
  return all.sort(
    (a, b) =>
      b.p - a.p ||
      a.at - b.at ||
      (depth === null ? 0 : depth[a.c]! - depth[b.c]!) ||
      (a.version < b.version ? -1 : 1),
  );
}

/** Counts how many versions the longest way down from each node has: the same whatever the history was read from. */
function depthsOf({ size, parentStart, parentList }: Subgraph): Uint32Array {
  const depth = new Uint32Array(size);
  for (let v = 0; v < size; v++)
    for (let e = parentStart[v]!; e < parentStart[v + 1]!; e++)
      depth[v] = Math.max(depth[v]!, depth[parentList[e]!]! + 1);
  return depth;
}

/** Gives the mass from which on candidates belong to the credible set. */
function credibleFloor({ candidates }: Posterior): number {
  const massOf = new Float64Array(OCTAVES * STEPS_PER_OCTAVE);
  const bucketOf = (mass: number): number =>
    Math.min(massOf.length - 1, Math.max(0, Math.floor(-Math.log2(mass) * STEPS_PER_OCTAVE)));
  let total = 0;
  for (const mass of candidates) {
    if (mass <= 0) continue;
    massOf[bucketOf(mass)]! += mass;
    total += mass;
  }
  let held = 0;
  for (let bucket = 0; bucket < massOf.length; bucket++) {
    held += massOf[bucket]!;
    if (held >= CREDIBLE * total) return 2 ** (-(bucket + 1) / STEPS_PER_OCTAVE);
  }
  return 0;
}
