import { chanceOfFewerFailures, chanceOfMoreFailures, UNLIKELY } from '../outcomes/fisher.ts';
import { addTo } from '../../store/grouping.ts';
import { chosen, type IdentityFilter } from './identity-filter.ts';
import {
  conclusive,
  failures,
  hasBrokenOff,
  isBad,
  rateOf,
  telling,
  type Rate,
  type SeenResult,
} from '../outcomes/seen-result.ts';

export type ChangeClass =
  | 'regression'
  | 'fixed'
  | 'new-failure'
  | 'still-failing'
  | 'known-issue'
  | 'new-pass'
  | 'still-passing'
  | 'flaky'
  | 'inconclusive'
  | 'appeared'
  | 'disappeared';

export interface ChangedTest {
  readonly test: string;
  readonly arch: string | null;
  readonly config: string | null;
  readonly platform: string | null;
  /** `clang` or `gcc`, where the builds tell. */
  readonly compiler: string | null;
  readonly class: ChangeClass;
  readonly before: Rate;
  readonly after: Rate;
  /** The later side has an error, or a planned test without a result, and the earlier one has none: that is no skip. */
  readonly brokeOff: boolean;
  /** The version of the earlier side: not the one asked for where that says nothing of the test. */
  readonly beforeAt: string | null;
  /**
   * Where the test is flaky (one version shows both outcomes): how often it failed at the earlier versions together, and the chance that
   * the later one shows so many failures or more, or where they are fewer than usual, so few or fewer, if that rate had stayed. Null where
   * it never was seen to be flaky.
   */
  readonly flaky: { readonly usual: Rate; readonly chance: number } | null;
  readonly evidence: readonly string[];
}

export interface ChangesDocument {
  readonly schema: 'regline.changes/1';
  readonly asOf: string | null;
  readonly from: string;
  readonly to: string;
  /** Both sides name platforms, and none is on both: nothing of one is compared with anything of the other. */
  readonly platformsApart: boolean;
  readonly counts: Readonly<Record<ChangeClass, number>>;
  readonly changes: readonly ChangedTest[];
}

export const CLASSES: readonly ChangeClass[] = [
  'regression',
  'new-failure',
  'flaky',
  'still-failing',
  'known-issue',
  'fixed',
  'inconclusive',
  'disappeared',
  'appeared',
  'new-pass',
  'still-passing',
];

/** Results of one version. */
export interface Version {
  readonly name: string;
  readonly results: readonly SeenResult[];
}

/**
 * Tells what changed between two versions. Identity filters come before pairing, so that they cannot turn a regression
 * into an appearance; a filter on classes is the reader's, after. Where the earlier version says nothing conclusive of a
 * test, the versions before it are asked, the nearest first: a missing run hides no regression. What is inconclusive is
 * never a pass: a failure followed by a skip is not fixed.
 *
 * @param history versions before `from`, the nearest first
 */
export function changeClasses(
  from: Version,
  to: Version,
  history: readonly Version[] = [],
  filter: IdentityFilter = {},
): Omit<ChangesDocument, 'schema' | 'asOf'> {
  const sides = [from, ...history].map((v) => ({ name: v.name, tests: grouped(v.results, filter) }));
  const after = grouped(to.results, filter);
  const keys = new Set([...after.keys(), ...sides[0]!.tests.keys()]);
  const changes = [...keys].sort().map((key): ChangedTest => {
    const now = after.get(key) ?? [];
    // The nearest version that says something conclusive; else the one asked for.
    const side =
      sides.find(({ tests }) => conclusive(rateOf(tests.get(key) ?? []))) ??
      sides.find(({ tests }) => tests.has(key));
    const then = side?.tests.get(key) ?? [];
    const { test, arch, config, platform, compiler } = (now[0] ?? then[0])!;
    const flaky = flakiness(
      sides.map(({ tests }) => rateOf(tests.get(key) ?? [])),
      rateOf(now),
    );
    const hasPassed = sides.some(({ tests }) => {
      const rate = rateOf(tests.get(key) ?? []);
      return rate.good > 0 && rate.bad === 0;
    });
    const kind = classOf(then, now, flaky, hasPassed);
    return {
      test,
      arch,
      config,
      platform,
      compiler: compiler ?? null,
      class: kind,
      before: rateOf(then),
      after: rateOf(now),
      brokeOff: now.some(hasBrokenOff) && !then.some(hasBrokenOff),
      beforeAt: then.length > 0 ? side!.name : null,
      flaky: flaky === null ? null : { usual: flaky.usual, chance: chanceOf(flaky, rateOf(now)) },
      evidence: [...telling(then), ...telling(now)].map((r) => r.address),
    };
  });
  changes.sort((a, b) => CLASSES.indexOf(a.class) - CLASSES.indexOf(b.class));
  const counts = Object.fromEntries(
    CLASSES.map((c) => [c, changes.filter((x) => x.class === c).length]),
  ) as Record<ChangeClass, number>;
  return { from: from.name, to: to.name, platformsApart: areApart(from, to, filter), counts, changes };
}

function areApart(from: Version, to: Version, filter: IdentityFilter): boolean {
  const platformsOf = ({ results }: Version) =>
    new Set(chosen(filter, results).flatMap(({ platform }) => (platform === null ? [] : [platform])));
  const [before, after] = [platformsOf(from), platformsOf(to)];
  return before.size > 0 && after.size > 0 && ![...before].some((platform) => after.has(platform));
}

interface Flakiness {
  readonly usual: Rate;
  /** Chances of so many failures or more, and of so few or fewer, at the usual rate. */
  readonly more: number;
  readonly fewer: number;
}

/** A test is flaky when one version shows both outcomes; the same change of outcome between versions may be a fault and its repair. */
function flakiness(before: readonly Rate[], after: Rate): Flakiness | null {
  const mixed = (rate: Rate) => rate.good > 0 && rate.bad > 0;
  if (![...before, after].some(mixed)) return null;
  const usual = before.reduce((sum, r) => ({
    good: sum.good + r.good,
    bad: sum.bad + r.bad,
    inconclusive: sum.inconclusive + r.inconclusive,
  }));
  return {
    usual,
    more: chanceOfMoreFailures(usual, after),
    fewer: chanceOfFewerFailures(usual, after),
  };
}

/** The chance of what a version shows, in the direction in which it differs from what is usual. */
function chanceOf({ usual, more, fewer }: Flakiness, after: Rate): number {
  // By products, for there may be no runs on one side.
  const isBetter = after.bad * (usual.good + usual.bad) < usual.bad * (after.good + after.bad);
  return isBetter ? fewer : more;
}

function classOf(
  then: readonly SeenResult[],
  now: readonly SeenResult[],
  flaky: Flakiness | null,
  hasPassed: boolean,
): ChangeClass {
  const [before, after] = [rateOf(then), rateOf(now)];
  if (now.length === 0) return 'disappeared';
  if (!conclusive(after)) return then.length === 0 ? 'appeared' : 'inconclusive';
  if (flaky !== null && conclusive(flaky.usual)) {
    if (after.bad > 0 && flaky.more < UNLIKELY) return 'regression';
    if (after.bad === 0 && flaky.fewer < UNLIKELY) return 'fixed';
    if (after.bad === 0) return 'still-passing';
    return excused(now, false) ? 'known-issue' : 'flaky';
  }
  if (after.good > 0 && after.bad > 0) return 'flaky';
  if (after.bad > 0) {
    if (now.every((r) => !isBad(r) || r.outcome === 'xfail')) return 'known-issue';
    // A known issue has to be proved again once the test has passed: from then on it is a regression like any other.
    if (before.good > 0) return 'regression';
    if (excused(now, hasPassed)) return 'known-issue';
    return before.bad > 0 ? 'still-failing' : 'new-failure';
  }
  if (before.bad > 0) return 'fixed';
  return before.good > 0 ? 'still-passing' : 'new-pass';
}

/** Each failure was expected, or laid to an issue that is known; what is known for always is known until the test passes. */
function excused(results: readonly SeenResult[], hasPassed: boolean): boolean {
  return results.every(
    (r) =>
      failures(r) === 0 ||
      r.outcome === 'xfail' ||
      r.knownIssue === 'here' ||
      (r.knownIssue === 'always' && !hasPassed),
  );
}

function grouped(
  results: readonly SeenResult[],
  filter: IdentityFilter,
): ReadonlyMap<string, readonly SeenResult[]> {
  const found = new Map<string, SeenResult[]>();
  for (const r of chosen(filter, results)) {
    const key = JSON.stringify([r.test, r.arch, r.config, r.platform, r.compiler]);
    addTo(found, key, r);
  }
  return found;
}
