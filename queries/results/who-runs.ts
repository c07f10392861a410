import type { EventStore } from '../../store/event-store.ts';
import { outcomes } from '../../store/events/observation.ts';
import type { Model } from '../model/model.ts';
import { readTests } from './load-history.ts';
import { factsOfEach, resultTeller, type RunFacts } from './run-facts.ts';
import { countingResults } from './run-versions.ts';
import { isBad, isGood } from '../outcomes/seen-result.ts';
import { keptResults } from './test-runs.ts';

/** That somebody ran a test somewhere, as results show it. */
export interface RanTest {
  readonly test: string;
  readonly origin: string;
  readonly arch: string | null;
  /** The tree that was taken, else the line of the release; null where neither is told. */
  readonly tree: string | null;
  readonly platforms: readonly string[];
  /** The first and the last moment of a result; null where no result says when it was known. */
  readonly first: string | null;
  readonly last: string | null;
  /** How many releases, commits or builds it was run on. */
  readonly versions: number;
  /** Whether it ever passed or failed there: a test that is skipped each time was not run to any effect. */
  readonly conclusive: boolean;
  /** The first result, one that says something before one that does not. */
  readonly event: string;
}

interface Gathered {
  readonly platforms: Set<string>;
  readonly versions: Set<string>;
  first: string | null;
  last: string | null;
  conclusive: boolean;
  event: string;
}

/**
 * Tells who ran some tests where and when, as the results that count show it. Since when is since the first result that says
 * something, where there is one: what was skipped until then covered nothing.
 *
 * @param releases only results of these; of all versions where it is left out
 */
export async function whoRuns(
  store: EventStore,
  model: Model,
  tests: ReadonlySet<string>,
  releases?: ReadonlySet<string>,
): Promise<readonly RanTest[]> {
  const { results, runs, isPlain, looked } = await readTests(store, model, tests);
  const teller = resultTeller(model);
  const found = new Map<string, Gathered>();
  const add = (facts: RunFacts, test: string, outcome: number, index: number, isDated: boolean) => {
    const place = teller.placeOf(facts);
    if (releases !== undefined && !releases.has(place.release ?? '')) return;
    const version = place.release ?? place.commit ?? place.build ?? '';
    const seen = teller.tell(facts, version, test, outcomes[outcome]!, index);
    const line = place.release === undefined ? undefined : model.graph.releases.get(place.release)?.line;
    const key = JSON.stringify([test, seen.origin, seen.arch, place.tree ?? line ?? null]);
    const at = isDated ? facts.known : null;
    const conclusive = isGood(seen) || isBad(seen);
    const before = found.get(key);
    if (before === undefined) {
      found.set(key, {
        platforms: new Set(seen.platform === null ? [] : [seen.platform]),
        versions: new Set([version]),
        first: at,
        last: at,
        conclusive,
        event: seen.address,
      });
      return;
    }
    if (seen.platform !== null) before.platforms.add(seen.platform);
    before.versions.add(version);
    if (conclusive === before.conclusive) {
      if (isEarlier(at, seen.address, before)) before.event = seen.address;
      if (at !== null && (before.first === null || at < before.first)) before.first = at;
    } else if (conclusive) Object.assign(before, { conclusive, first: at, event: seen.address });
    if (at !== null && (before.last === null || at > before.last)) before.last = at;
  };
  for (const [test, values] of results)
    for (const [position, index, outcome] of values.flatMap(keptResults)) {
      const run = runs.get(position)!;
      // What does not say when it was known has the moment at which it was recorded.
      const [known, , recorded] = run.moment;
      if (isPlain(run)) add(run.facts, test, outcome, index, known !== recorded);
    }
  const factsOf = factsOfEach();
  for (const { run, index, result } of countingResults(model, looked))
    if (tests.has(result.test))
      add(factsOf(run), result.test, outcomes.indexOf(result.outcome), index, run.knownAt !== null);
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { platforms, versions, ...ran }]) => {
      const [test, origin, arch, tree] = JSON.parse(key) as [string, string, string | null, string | null];
      return { test, origin, arch, tree, platforms: [...platforms].sort(), ...ran, versions: versions.size };
    });
}

function isEarlier(at: string | null, address: string, { first, event }: Gathered): boolean {
  if (at === first) return address < event;
  return at !== null && (first === null || at < first);
}
