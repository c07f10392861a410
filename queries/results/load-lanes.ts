import type { EventStore } from '../../store/event-store.ts';
import { outcomes } from '../../store/events/observation.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Model } from '../model/model.ts';
import { laneKey, stateOf, type Lane } from './lane.ts';
import { readTests, type KeptTests } from './load-history.ts';
import {
  factsOfEach,
  resultTeller,
  type ResultTeller,
  type RunFacts,
  type RunIdentity,
} from './run-facts.ts';
import { countingResults } from './run-versions.ts';
import { failures, isBad, isGood, type Counting } from './seen-result.ts';

/**
 * Reads how some tests fared at recorded releases, as far as it says something of the kernel: an expected failure is no news, and one that
 * was laid to an issue is not the version's. A log may hold a million results of them: they are counted, and only when somebody asks.
 *
 * @param more runs that are added in thought
 */
export async function loadLanes(
  store: EventStore,
  model: Model,
  tests: ReadonlySet<string>,
  more: readonly TypedStoredEvent<'RunObserved'>[],
): Promise<(test: string) => readonly Lane[]> {
  const kept = await readTests(store, model, tests, more);
  let runs: RunsHere | null = null;
  const known = new Map<string, readonly Lane[]>();
  return (test) => {
    runs ??= runsHere(model, kept);
    const lanes = known.get(test) ?? lanesOf(model, kept, runs, test);
    known.set(test, lanes);
    return lanes;
  };
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
  /** By what it came to, the least address. */
  readonly telling: Map<string, string>;
}

interface OpenLane {
  readonly identity: RunIdentity;
  readonly platform: string | null;
  readonly origins: Set<string>;
  readonly versions: Map<string, Count>;
}

function lanesOf(
  model: Model,
  kept: KeptTests,
  { teller, plain, hereOf }: RunsHere,
  test: string,
): readonly Lane[] {
  const open = new Map<string, OpenLane>();
  // Most tests nobody lays anything to: how a result counts is then told by its outcome.
  const isLaid = model
    .of('OutcomeAttributed')
    .some(({ payload: p }) => p.run === undefined && (p.test === undefined || p.test === test));
  const add = (here: RunHere, index: number, outcome: number) => {
    const { facts, release, identity } = here;
    const elsewhere = facts.who.elsewhere?.[index];
    const platform = elsewhere ?? identity.platform;
    const key = elsewhere === undefined ? here.key : laneKey({ ...identity, platform });
    const lane = open.get(key) ?? {
      identity,
      platform,
      origins: new Set(),
      versions: new Map<string, Count>(),
    };
    open.set(key, lane);
    lane.origins.add(identity.origin);
    const count = lane.versions.get(release) ?? {
      good: 0,
      bad: 0,
      inconclusive: 0,
      telling: new Map<string, string>(),
    };
    lane.versions.set(release, count);
    const name = outcomes[outcome]!;
    const address = `${facts.event}#${index}`;
    const told = isLaid ? teller.tell(facts, release, test, name, index) : null;
    const isAside =
      identity.isExcused || name === 'xfail' || told?.aside === true || told?.knownIssue !== undefined;
    const failedRuns = facts.failedRuns?.[index];
    const counted: Counting = {
      outcome: name,
      ...(failedRuns === undefined ? {} : { failedRuns }),
      ...(isAside ? { aside: true } : {}),
    };
    const [good, bad] = [isGood(counted), isBad(counted)];
    if (good) count.good += 1;
    count.bad += failures(counted);
    if (!good && !bad) count.inconclusive += 1;
    const kind = `${name} ${isAside}`;
    const least = count.telling.get(kind);
    if (least === undefined || address < least) count.telling.set(kind, address);
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

function laneOf({ graph }: Model, { identity, platform, origins, versions }: OpenLane): Lane {
  return {
    arch: identity.arch,
    config: identity.config,
    platform,
    compiler: identity.compiler ?? null,
    origins: [...origins].sort(),
    seen: graph.inOrder(versions.keys()).map((version) => {
      const { telling, ...rate } = versions.get(version)!;
      const evidence = [...telling].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, address]) => address);
      return { version, line: graph.releases.get(version)!.line, state: stateOf(rate), rate, evidence };
    }),
  };
}
