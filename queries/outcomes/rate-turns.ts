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
 * are, and by two (Bonferroni).
 *
 * @param stretch each version after the one that it continues; the first continues none
 */
export function rateTurns(stretch: readonly FlakyVersion[]): readonly RateTurn[] {
  const places = stretch.slice(1);
  if (places.length === 0) return [];
  const below = sumsBelow(stretch);
  const whole = below.get(stretch[0]!.version)!;
  let least: RateTurn | null = null;
  for (const { version, before } of places) {
    const since = below.get(version)!;
    const usual = { bad: whole.bad - since.bad, good: whole.good - since.good };
    const isWorse = since.bad * (usual.bad + usual.good) > usual.bad * (since.bad + since.good);
    const chance = (isWorse ? chanceOfMoreFailures : chanceOfFewerFailures)(usual, since, least?.chance);
    if (least === null || chance < least.chance)
      least = { from: before!, to: version, kind: isWorse ? 'worse' : 'better', usual, since, chance };
  }
  const chance = least!.chance * places.length * 2;
  if (chance >= UNLIKELY) return [];
  const [before, after] = cutAt(stretch, least!.to);
  return [...rateTurns(before), { ...least!, chance }, ...rateTurns(after)];
}

/** What came out at each version and at all that continue it. */
function sumsBelow(stretch: readonly FlakyVersion[]): ReadonlyMap<string, Failures> {
  const sums = new Map(stretch.map(({ version, rate }) => [version, rate]));
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
