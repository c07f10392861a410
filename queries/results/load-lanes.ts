import type { EventStore } from '../../store/event-store.ts';
import { outcomes } from '../../store/events/observation.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Model } from '../model/model.ts';
import { mayBeAttributed } from './attribution.ts';
import { laneKey, stateOf, type Lane } from '../outcomes/lane.ts';
import { readTests, type KeptTests } from './load-history.ts';
import { configKey } from './result-index.ts';
import {
  factsOfEach,
  resultTeller,
  type ResultTeller,
  type RunFacts,
  type RunIdentity,
} from './run-facts.ts';
import { countingResults } from './run-versions.ts';
import { isBad, isGood } from '../outcomes/seen-result.ts';

/**
 * Reads how some tests fared at recorded releases, as far as it says something of the kernel: an expected failure is no news, and one that
 * was laid to an issue is not the version's. A log may hold a million results of them: they are counted, and only when somebody asks.
 * Null of a test that does not come to both anywhere by what counts as of this view, though it did before, or is yet to.
 *
 * @param more runs that are added in thought
 */
export async function loadLanes(
  store: EventStore,
  model: Model,
  tests: ReadonlySet<string>,
  more: readonly TypedStoredEvent<'RunObserved'>[],
): Promise<(test: string) => readonly Lane[] | null> {
  const kept = await readTests(store, model, tests, more);
  let runs: RunsHere | null = null;
  const known = new Map<string, readonly Lane[] | null>();
  return (test) => {
    runs ??= runsHere(model, kept);
    const before = known.get(test);
    if (before !== undefined) return before;
    const lanes = lanesOf(model, kept, runs, test);
    const told = cameToBoth(lanes) ? lanes : null;
    known.set(test, told);
    return told;
  };
}

/** Whether a test passed and failed at one release and architecture in one configuration, all machines and compilers taken together. */
function cameToBoth(lanes: readonly Lane[]): boolean {
  const passed = new Set<string>();
  const failed = new Set<string>();
  for (const { arch, config, seen } of lanes) {
    if (arch === null) continue;
    for (const { version, rate } of seen) {
      const place = `${version}\n${arch}\n${configKey(config)}`;
      if (rate.good > 0) passed.add(place);
      if (rate.bad > 0) failed.add(place);
      if (passed.has(place) && failed.has(place)) return true;
    }
  }
  return false;
}

/** A run at a recorded release, with the key of the lane that its results are in. */
interface RunHere {
  readonly facts: RunFacts;
  readonly release: string;
  readonly identity: RunIdentity;
  readonly key: string;
}

interface RunsHere {
  readonly teller: ResultTeller;
  /** By position; those that count as they are kept. */
  readonly plain: ReadonlyMap<number, RunHere>;
  readonly hereOf: (facts: RunFacts) => RunHere | null;
}

function runsHere(model: Model, { runs, isPlain }: KeptTests): RunsHere {
  const teller = resultTeller(model);
  const hereOf = (facts: RunFacts): RunHere | null => {
    const { release } = teller.placeOf(facts);
    if (release === undefined || !model.graph.releases.has(release)) return null;
    const identity = teller.identityOf(facts);
    return { facts, release, identity, key: laneKey(identity) };
  };
  const plain = new Map<number, RunHere>();
  for (const [position, run] of runs) {
    const here = isPlain(run) ? hereOf(run.facts) : null;
    if (here !== null) plain.set(position, here);
  }
  return { teller, plain, hereOf };
}

/** What came out at one version of a lane so far. */
interface Count {
  good: number;
  bad: number;
  inconclusive: number;
  /** By outcome (its place among all), then whether it was laid aside: the result with the least address. */
  readonly telling: (Told | undefined)[];
}

interface Told {
  readonly event: string;
  readonly index: number;
}

interface OpenLane {
  readonly identity: RunIdentity;
  readonly platform: string | null;
  readonly origins: Set<string>;
  readonly versions: Map<string, Count>;
}

const NO_NEWS = outcomes.indexOf('xfail');
const PASSES = outcomes.map((outcome) => isGood({ outcome }));
const FAILS = outcomes.map((outcome) => isBad({ outcome }));

function lanesOf(
  model: Model,
  kept: KeptTests,
  { teller, plain, hereOf }: RunsHere,
  test: string,
): readonly Lane[] {
  const open = new Map<string, OpenLane>();
  // Most tests nobody lays anything to: how a result counts is then told by its outcome.
  const isLaid = mayBeAttributed(model, test);
  const isLaidAside = ({ facts, release }: RunHere, index: number, outcome: number): boolean => {
    const told = teller.tell(facts, release, test, outcomes[outcome]!, index);
    return told.aside === true || told.knownIssue !== undefined;
  };
  const add = (here: RunHere, index: number, outcome: number) => {
    const { facts, release, identity } = here;
    const elsewhere = facts.who.elsewhere?.[index];
    const platform = elsewhere ?? identity.platform;
    const key = elsewhere === undefined ? here.key : laneKey({ ...identity, platform });
    let lane = open.get(key);
    if (lane === undefined)
      open.set(key, (lane = { identity, platform, origins: new Set(), versions: new Map() }));
    lane.origins.add(identity.origin);
    let count = lane.versions.get(release);
    if (count === undefined)
      lane.versions.set(release, (count = { good: 0, bad: 0, inconclusive: 0, telling: [] }));
    const isAside =
      identity.isExcused || outcome === NO_NEWS || (isLaid && isLaidAside(here, index, outcome));
    if (isAside) count.inconclusive += 1;
    else {
      count.bad += facts.failedRuns?.[index] ?? 0;
      if (PASSES[outcome]!) count.good += 1;
      else if (FAILS[outcome]!) count.bad += 1;
      else count.inconclusive += 1;
    }
    const kind = 2 * outcome + Number(isAside);
    const least = count.telling[kind];
    if (least === undefined || isLess(facts.event, index, least))
      count.telling[kind] = { event: facts.event, index };
  };
  for (const values of kept.results.get(test) ?? [])
    for (let at = 0; at < values.length; at += 3) {
      const here = plain.get(values[at]!);
      if (here !== undefined) add(here, values[at + 1]!, values[at + 2]!);
    }
  const factsOf = factsOfEach();
  for (const { run, index, result } of countingResults(model, kept.looked)) {
    const here = result.test === test ? hereOf(factsOf(run)) : null;
    if (here !== null) add(here, index, outcomes.indexOf(result.outcome));
  }
  return [...open].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, lane]) => laneOf(model, lane));
}

function isLess(event: string, index: number, than: Told): boolean {
  return event === than.event ? String(index) < String(than.index) : event < than.event;
}

function laneOf({ graph }: Model, { identity, platform, origins, versions }: OpenLane): Lane {
  return {
    arch: identity.arch,
    config: identity.config,
    platform,
    compiler: identity.compiler ?? null,
    origins: [...origins].sort(),
    seen: graph.inOrder(versions.keys()).map((version) => {
      const { telling, good, bad, inconclusive } = versions.get(version)!;
      const rate = { good, bad, inconclusive };
      return {
        version,
        line: graph.releases.get(version)!.line,
        state: stateOf(rate),
        rate,
        // Of most versions nobody asks for the results.
        get evidence() {
          return addressesOf(telling);
        },
      };
    }),
  };
}

/** By the name of what it came to. */
function addressesOf(telling: Count['telling']): readonly string[] {
  const found = telling.flatMap((told, kind) =>
    told === undefined ? [] : [{ name: `${outcomes[kind >> 1]!} ${kind % 2 === 1}`, ...told }],
  );
  if (found.length > 1) found.sort((a, b) => (a.name < b.name ? -1 : 1));
  return found.map(({ event, index }) => `${event}#${index}`);
}
