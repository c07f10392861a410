import { addTo, grouped } from '../../store/grouping.ts';
import type { Failures, Rates } from '../outcomes/fisher.ts';
import { BAD, type ResultPlace } from '../outcomes/results.ts';
import type { Counted } from '../verdict/counted.ts';
import type { Verdicts } from '../verdict/verdicts.ts';

/** What a test came to at a release, with `ID#index` of some of its results. */
export interface Fared {
  readonly release: string;
  readonly rate: Failures;
  readonly evidence: readonly string[];
}

/** A machine, with one compiler, on which a test fails after it did not. */
export interface FailingMachine {
  /** Where it fails, or fails more often than it did, until it is believed to be over there. */
  readonly releases: readonly string[];
  /** What it came to, not counting releases before the first failure, and none since it broke another time. */
  readonly fared: readonly Fared[];
  /** The test was flaky there before, or has come to both since: a single pass proves nothing. */
  readonly isFlaky: boolean;
}

/** Releases of an architecture at which a test fails, after it did not. */
export interface Failing {
  readonly arch: string;
  readonly lastGood: string;
  readonly firstBad: string;
  readonly releases: readonly string[];
  /** `ID#index`. */
  readonly evidence: readonly string[];
  /** Of a test that is flaky; else null. */
  readonly rates: Rates | null;
  /** Null of a test that never came to both at one place, for which what the architecture came to tells the same. */
  readonly machines: readonly FailingMachine[] | null;
}

/** Tells where each test failed in the default configuration, by architecture. */
export function failedPlaces(verdicts: Verdicts): ReadonlyMap<string, readonly ResultPlace[]> {
  const found = new Map<string, ResultPlace[]>();
  for (const [test, places] of verdicts.model.results.having(BAD))
    for (const place of places) if (place.config === null) addTo(found, test, place);
  return found;
}

/**
 * Finds, on each architecture, stretches of failures whose last conclusive result before was a pass.
 *
 * @param bad the places where the test failed, or failed too
 */
export function failuresAfterPasses(
  { model, counted }: Verdicts,
  test: string,
  bad: readonly ResultPlace[],
): readonly Failing[] {
  const { graph } = model;
  // Both outcomes at one place are a conflict or a flaky test: neither says where something broke.
  const conclusive = (release: string, arch: string): Counted | null => {
    const found = counted(test, release, arch, null);
    return found !== null && found.isBad !== found.isGood ? found : null;
  };
  const found: Failing[] = [];
  for (const [arch, places] of [...grouped(bad, (p) => p.arch)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const failures = new Map<string, Counted>();
    const rootOf = new Map<string, { firstBad: string; lastGood: string }>();
    for (const release of graph.inOrder(places.map((place) => place.release))) {
      const here = conclusive(release, arch);
      if (here?.isBad !== true) continue;
      failures.set(release, here);
      const before = (name: string) => graph.releases.get(name)!.predecessor;
      let at = before(release);
      while (at !== null && !failures.has(at) && conclusive(at, arch) === null) at = before(at);
      if (at === null) continue;
      // A release comes after its predecessor: what failed before it is among the failures already.
      const root = failures.has(at) ? rootOf.get(at) : { firstBad: release, lastGood: at };
      if (root) rootOf.set(release, root);
    }
    for (const [root, failing] of grouped(rootOf, ([, root]) => root)) {
      const releases = failing.map(([name]) => name);
      const evidence = releases.flatMap((name) => failures.get(name)!.bad.slice(0, 2));
      found.push({ arch, ...root, releases, evidence, rates: null, machines: null });
    }
  }
  return found;
}
