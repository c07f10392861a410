import type { EventStore } from '../../store/event-store.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import { outcomes } from '../../store/events/observation.ts';
import type { ReadModelRows } from '../../store/read-model.ts';
import type { Model } from '../model/model.ts';
import { isSeen } from '../model/moment.ts';
import { factsOfEach, resultTeller, type RunFacts } from './run-facts.ts';
import { countingResults } from './run-versions.ts';
import type { PlacedResult } from './seen-result.ts';
import { keptResults, testRuns, type KeptResult, type KeptTestRun } from './test-runs.ts';

/** Hashes are told by as much as tells them apart. */
const SHORT = 12;

/**
 * Reads every result of some tests that a view sees and that counts.
 *
 * @param more runs that are added in thought
 */
export async function loadHistory(
  store: EventStore,
  model: Model,
  tests: ReadonlySet<string>,
  more: readonly TypedStoredEvent<'RunObserved'>[] = [],
): Promise<readonly PlacedResult[]> {
  const rows = await store.rows(testRuns);
  const kept = (await rows.find('result', 'test', [...tests])).flatMap((row) =>
    keptResults(row.value as readonly number[]).map((result) => [row.indexes!.test!, result] as const),
  );
  const runs = await runsOf(
    rows,
    kept.map(([, result]) => result),
  );
  const odd = await oddRuns(rows, model, [...runs.values()]);
  const teller = resultTeller(model);
  const factsOf = factsOfEach();
  const found: PlacedResult[] = [];
  const add = (facts: RunFacts, test: string, outcome: number, index: number) => {
    const { release, commit, tree, build } = teller.placeOf(facts);
    const version = release ?? commit?.slice(0, SHORT) ?? build ?? null;
    const result = teller.tell(facts, version ?? '', test, outcomes[outcome]!, index);
    found.push({ ...result, version, tree: tree ?? null, known: facts.known });
  };
  for (const [test, [position, index, outcome]] of kept) {
    const { moment, stream, facts } = runs.get(position)!;
    if (!odd.streams.has(stream) && isSeen(model.view, moment)) add(facts, test, outcome, index);
  }
  const looked = (await store.at(odd.positions)) as readonly TypedStoredEvent<'RunObserved'>[];
  for (const { run, index, result } of countingResults(model, [...looked, ...more]))
    if (tests.has(result.test)) add(factsOf(run), result.test, outcomes.indexOf(result.outcome), index);
  return found;
}

async function runsOf(
  rows: ReadModelRows,
  kept: readonly KeptResult[],
): Promise<ReadonlyMap<number, KeptTestRun>> {
  const positions = [...new Set(kept.map(([position]) => String(position)))];
  const found = await rows.get('run', positions);
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
