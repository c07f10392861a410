import { addTo, grouped } from '../../store/grouping.ts';
import type { Rates } from '../outcomes/fisher.ts';
import { BAD, type ResultPlace } from '../outcomes/results.ts';
import type { Counted } from '../verdict/counted.ts';
import type { Verdicts } from '../verdict/verdicts.ts';

/** A release at which a test passed, with `ID#index` of passes. */
export interface Passed {
  readonly release: string;
  readonly evidence: readonly string[];
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
  /**
   * Where each machine that fails passed, not counting releases before the first failure; null of a test that never came to both at one
   * place, for which what the architecture came to tells the same.
   */
  readonly passes: readonly (readonly Passed[])[] | null;
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
      found.push({ arch, ...root, releases, evidence, rates: null, passes: null });
    }
  }
  return found;
}
