import type { EventStore } from '../../store/event-store.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import { outcomes } from '../../store/events/observation.ts';
import type { ReadModelRows } from '../../store/read-model.ts';
import type { Model } from '../model/model.ts';
import { isSeen } from '../model/view.ts';
import { factsOfEach, resultTeller, type RunFacts } from './run-facts.ts';
import { countingResults } from './run-versions.ts';
import type { PlacedResult } from '../outcomes/seen-result.ts';
import { keptResults, testRuns, type KeptTestRun } from './test-runs.ts';
import { addTo } from '../../store/grouping.ts';

type Run = TypedStoredEvent<'RunObserved'>;

/** Hashes are told by as much as tells them apart. */
const SHORT = 12;

/** What the log keeps of some tests. */
export interface KeptTests {
  /** The results of each test, as rows keep them; of runs that are looked at one by one, too. */
  readonly results: ReadonlyMap<string, readonly (readonly number[])[]>;
  /** The runs that they are of, by position. */
  readonly runs: ReadonlyMap<number, KeptTestRun>;
  /** Whether a run's results count as they are kept. */
  readonly isPlain: (run: KeptTestRun) => boolean;
  /** The others that count. */
  readonly looked: readonly Run[];
}

/**
 * Reads what is kept of some tests.
 *
 * @param more runs that are added in thought
 */
export async function readTests(
  store: EventStore,
  model: Model,
  tests: ReadonlySet<string>,
  more: readonly Run[] = [],
): Promise<KeptTests> {
  const rows = await store.rows(testRuns);
  const results = new Map<string, (readonly number[])[]>();
  const positions = new Set<number>();
  for (const row of await rows.find('result', 'test', [...tests])) {
    const value = row.value as readonly number[];
    addTo(results, row.indexes!.test!, value);
    for (let at = 0; at < value.length; at += 3) positions.add(value[at]!);
  }
  const runs = await runsOf(rows, positions);
  const odd = await oddRuns(rows, model, [...runs.values()]);
  const looked = (await store.at(odd.positions)) as readonly Run[];
  return {
    results,
    runs,
    isPlain: ({ stream, moment }) => !odd.streams.has(stream) && isSeen(model.view, moment),
    looked: [...looked, ...more],
  };
}

/** The mail in the name of a statement that it makes. */
const MAIL = /^mail\/(sha256:[0-9a-f]{64}|[^>]{1,600}>)/;

/** Reads every result of some tests that a view sees and that counts. */
export async function loadHistory(
  store: EventStore,
  model: Model,
  tests: ReadonlySet<string>,
): Promise<readonly PlacedResult[]> {
  const { results, runs, isPlain, looked } = await readTests(store, model, tests);
  const teller = resultTeller(model);
  const factsOf = factsOfEach();
  const found: PlacedResult[] = [];
  const add = (facts: RunFacts, stream: string, test: string, outcome: number, index: number) => {
    const { release, commit, tree, build } = teller.placeOf(facts);
    const version = release ?? commit?.slice(0, SHORT) ?? build ?? null;
    const result = teller.tell(facts, version ?? '', test, outcomes[outcome]!, index);
    const mail = MAIL.exec(stream)?.[1];
    found.push({
      ...result,
      version,
      tree: tree ?? null,
      known: facts.known,
      ...(mail === undefined ? undefined : { mail }),
    });
  };
  for (const [test, values] of results)
    for (const [position, index, outcome] of values.flatMap(keptResults)) {
      const run = runs.get(position)!;
      if (isPlain(run)) add(run.facts, run.stream, test, outcome, index);
    }
  for (const { run, index, result } of countingResults(model, looked))
    if (tests.has(result.test))
      add(factsOf(run), run.stream, result.test, outcomes.indexOf(result.outcome), index);
  return found;
}

async function runsOf(
  rows: ReadModelRows,
  positions: ReadonlySet<number>,
): Promise<ReadonlyMap<number, KeptTestRun>> {
  const found = await rows.get('run', [...positions].map(String));
  return new Map([...found].map(([key, value]) => [Number(key), value as unknown as KeptTestRun]));
}

/** Runs of several versions, and those of which something was retracted: which results of them count is asked of the events. */
async function oddRuns(
  rows: ReadModelRows,
  model: Model,
  runs: readonly KeptTestRun[],
): Promise<{ readonly streams: ReadonlySet<string>; readonly positions: readonly number[] }> {
  const struck = new Set([...model.counting.retracted.keys()].map((address) => address.slice(0, 64)));
  const versions = await rows.get('several', [...new Set(runs.map(({ stream }) => stream))]);
  const streams = new Set(versions.keys());
  const positions = new Set([...versions.values()].flatMap((value) => value as readonly number[]));
  for (const { stream, moment, facts } of runs)
    if (struck.has(facts.event)) {
      streams.add(stream);
      positions.add(moment[1]);
    }
  return { streams, positions: [...positions].sort((a, b) => a - b) };
}
