import { chanceOfFewerFailures, chanceOfMoreFailures, UNLIKELY, type Failures } from './fisher.ts';

/** A version of a flaky test, with the one before it that is of the same stretch; of the first there is none. */
export interface FlakyVersion {
  readonly version: string;
  readonly before: string | null;
  readonly rate: Failures;
}

/** Where a flaky test began to fail more often, or more seldom. */
export interface RateTurn {
  readonly from: string;
  readonly to: string;
  readonly kind: 'worse' | 'better';
  /** How often it failed at the versions that do not continue `to`, and at those that do. */
  readonly usual: Failures;
  readonly since: Failures;
  /** The chance of so great a difference anywhere in the stretch, if the rate had been one. */
  readonly chance: number;
}

/**
 * Finds where the rate of a flaky test is another from a version on: the place where what lies on both sides is least likely by Fisher's
 * exact test, then the same on each side of it. Since any place would do, and either way, the chance is multiplied by how many places there
 * are, and by two (Bonferroni). Where no single place stands out, two may: between them it failed more often, or more seldom, than before and
 * after, and no cut at one of them shows that.
 *
 * @param stretch each version after the one that it continues; the first continues none
 * @see A. B. Olshen et al., Circular binary segmentation for the analysis of array-based DNA copy number data (2004), for the second step
 */
export function rateTurns(stretch: readonly FlakyVersion[]): readonly RateTurn[] {
  if (stretch.length < 2) return [];
  const below = sumsBelow(stretch);
  const turn = turnAtOnePlace(stretch, below);
  if (turn !== null) {
    const [before, after] = cutAt(stretch, turn.to);
    return [...rateTurns(before), turn, ...rateTurns(after)];
  }
  const pair = turnsAtTwoPlaces(stretch, below);
  if (pair === null) return [];
  const [before, behind] = cutAt(stretch, pair[0].to);
  const [between, after] = cutAt(behind, pair[1].to);
  return [...rateTurns(before), pair[0], ...rateTurns(between), pair[1], ...rateTurns(after)];
}

/** The place that is least likely to be none; null where chance explains it. */
function turnAtOnePlace(stretch: readonly FlakyVersion[], below: Sums): RateTurn | null {
  const places = stretch.slice(1);
  const whole = below.get(stretch[0]!.version)!;
  let least: RateTurn | null = null;
  for (const { version, before } of places) {
    const since = below.get(version)!;
    const turn = turnBetween(before!, version, less(whole, since), since, least?.chance);
    if (least === null || turn.chance < least.chance) least = turn;
  }
  const chance = least!.chance * places.length * 2;
  return chance < UNLIKELY ? { ...least!, chance } : null;
}

/** Two places between which the rate differs from that before and from that after; null where chance explains it. */
function turnsAtTwoPlaces(
  stretch: readonly FlakyVersion[],
  below: Sums,
): readonly [RateTurn, RateTurn] | null {
  const whole = below.get(stretch[0]!.version)!;
  const { pairs, most, fewest } = pairsMostApart(stretch, below, whole.bad / (whole.bad + whole.good));
  const choices = (stretch.length - 1 + pairs) * 2;
  for (const pair of [most, fewest]) {
    if (pair === null) continue;
    const [first, last] = pair;
    const [behind, after] = [below.get(first.version)!, below.get(last.version)!];
    const between = less(behind, after);
    const turns = [
      turnBetween(first.before!, first.version, less(whole, behind), between),
      turnBetween(last.before!, last.version, between, after),
    ] as const;
    const apart = turnBetween(first.before!, first.version, less(whole, between), between);
    const told = turns.map((turn) => ({ ...turn, chance: Math.max(apart.chance * choices, turn.chance) }));
    if (told.every(({ chance }) => chance < UNLIKELY)) return [told[0]!, told[1]!];
  }
  return null;
}

type Pair = readonly [first: FlakyVersion, last: FlakyVersion];

/**
 * Of all pairs of places, one behind the other: the one between which the most failures, and the one between which the fewest, are beyond
 * what a rate gives.
 */
function pairsMostApart(
  stretch: readonly FlakyVersion[],
  below: Sums,
  rate: number,
): { readonly pairs: number; readonly most: Pair | null; readonly fewest: Pair | null } {
  const excess = ({ version }: FlakyVersion) => {
    const { bad, good } = below.get(version)!;
    return bad - rate * (bad + good);
  };
  const between = ([first, last]: Pair) => excess(first) - excess(last);
  const above = new Map<string, { depth: number; highest: FlakyVersion; lowest: FlakyVersion }>();
  let pairs = 0;
  let most: Pair | null = null;
  let fewest: Pair | null = null;
  for (const here of stretch.slice(1)) {
    const path = above.get(here.before!);
    if (path === undefined) {
      above.set(here.version, { depth: 1, highest: here, lowest: here });
      continue;
    }
    const { depth, highest, lowest } = path;
    pairs += depth;
    if (most === null || between([highest, here]) > between(most)) most = [highest, here];
    if (fewest === null || between([lowest, here]) < between(fewest)) fewest = [lowest, here];
    above.set(here.version, {
      depth: depth + 1,
      highest: excess(here) > excess(highest) ? here : highest,
      lowest: excess(here) < excess(lowest) ? here : lowest,
    });
  }
  return { pairs, most, fewest };
}

/** What a place would be, with its chance; `enough` tells from which on it need not be known. */
function turnBetween(from: string, to: string, usual: Failures, since: Failures, enough?: number): RateTurn {
  const isWorse = since.bad * (usual.bad + usual.good) > usual.bad * (since.bad + since.good);
  const chance = (isWorse ? chanceOfMoreFailures : chanceOfFewerFailures)(usual, since, enough);
  return { from, to, kind: isWorse ? 'worse' : 'better', usual, since, chance };
}

function less(all: Failures, some: Failures): Failures {
  return { bad: all.bad - some.bad, good: all.good - some.good };
}

type Sums = ReadonlyMap<string, Failures>;

/** What came out at each version and at all that continue it. */
function sumsBelow(stretch: readonly FlakyVersion[]): Sums {
  const sums = new Map(stretch.map(({ version, rate: { bad, good } }) => [version, { bad, good }]));
  for (const { version, before } of stretch.slice(1).reverse()) {
    const [of, above] = [sums.get(version)!, sums.get(before!)!];
    sums.set(before!, { bad: above.bad + of.bad, good: above.good + of.good });
  }
  return sums;
}

function cutAt(
  stretch: readonly FlakyVersion[],
  first: string,
): readonly [before: readonly FlakyVersion[], after: readonly FlakyVersion[]] {
  const inside = new Set<string>();
  const after: FlakyVersion[] = [];
  for (const of of stretch) {
    if (of.version !== first && !inside.has(of.before ?? '')) continue;
    inside.add(of.version);
    after.push(of.version === first ? { ...of, before: null } : of);
  }
  return [stretch.filter(({ version }) => !inside.has(version)), after];
}
