import type { TypedStoredEvent } from '../../store/events/event.ts';
import { outcomes } from '../../store/events/observation.ts';
import { addTo } from '../../store/grouping.ts';
import type { ReadModel, ReadModelWriter, Row } from '../../store/read-model.ts';
import { type Moment, momentOf } from '../model/view.ts';
import { factsOf, type RunFacts } from './run-facts.ts';

type Run = TypedStoredEvent<'RunObserved'>;

/** Positions that share a row: a row is written anew for each page of the log that adds to it. */
const BLOCK = 256;

/** A result as a row keeps it: the position of its run, its index there, and its outcome by its place among all outcomes. */
export type KeptResult = readonly [position: number, index: number, outcome: number];

/** A run as a row keeps it. */
export interface KeptTestRun {
  readonly moment: Moment;
  readonly stream: string;
  readonly facts: RunFacts;
}

/**
 * Every result of every test, with the runs that they are from. Nothing is folded before somebody asks how a test fared; then a test is a
 * few rows, however many runs there are. Which versions of a run there are is kept where there are several.
 */
export const testRuns: ReadModel = {
  name: 'test_runs',
  version: '3',
  types: ['RunObserved'],
  tables: { result: ['test'], run: ['stream'], several: [] },
  async fold(rows, page) {
    const runs = page.filter((event): event is Run => event.type === 'RunObserved');
    await noteVersions(rows, runs);
    await rows.put('run', runs.map(runRow));
    await addResults(rows, runs);
  },
};

function runRow(run: Run): Row {
  const kept: KeptTestRun = { moment: momentOf(run), stream: run.stream, facts: factsOf(run) };
  return { key: String(run.position), value: { ...kept } as never, indexes: { stream: run.stream } };
}

/** Notes the positions of all versions of a run, once it has a second one. */
async function noteVersions(rows: ReadModelWriter, runs: readonly Run[]): Promise<void> {
  const versions = new Map<string, number[]>();
  for (const row of await rows.find('run', 'stream', [...new Set(runs.map((run) => run.stream))]))
    addTo(versions, row.indexes!.stream!, Number(row.key));
  for (const run of runs) addTo(versions, run.stream, run.position);
  const several = [...versions].filter(([, positions]) => positions.length > 1);
  await rows.put(
    'several',
    several.map(([stream, positions]) => ({ key: stream, value: positions.sort((a, b) => a - b) })),
  );
}

async function addResults(rows: ReadModelWriter, runs: readonly Run[]): Promise<void> {
  const found = new Map<string, number[]>();
  for (const { position, payload } of runs) {
    const block = Math.floor(position / BLOCK);
    payload.results.forEach(({ test, outcome }, index) => {
      const key = `${block}\n${test}`;
      const list = found.get(key);
      const result: KeptResult = [position, index, outcomes.indexOf(outcome)];
      if (list) list.push(...result);
      else found.set(key, [...result]);
    });
  }
  const before = await rows.get('result', [...found.keys()]);
  await rows.put(
    'result',
    [...found].map(([key, list]) => ({
      key,
      value: [...((before.get(key) ?? []) as readonly number[]), ...list],
      indexes: { test: key.slice(key.indexOf('\n') + 1) },
    })),
  );
}

/** Takes the value of a row of results apart. */
export function keptResults(value: readonly number[]): readonly KeptResult[] {
  const found: KeptResult[] = [];
  for (let at = 0; at < value.length; at += 3) found.push([value[at]!, value[at + 1]!, value[at + 2]!]);
  return found;
}
