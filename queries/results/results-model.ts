import type { EventStore } from '../../store/event-store.ts';
import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import type { ReadModel, ReadModelRows, ReadModelWriter, Row } from '../../store/read-model.ts';
import { knownEnd } from '../model/counting.ts';
import type { Model } from '../model/model.ts';
import { isSeen, momentOf, withMoment, type Moment } from '../model/moment.ts';
import { configKey, gatherResults } from './result-index.ts';
import { noResults, type ResultIndex } from './results.ts';
import { countingResults } from './run-versions.ts';
import { buildsOf, excusedRuns } from './builds.ts';

/**
 * Results of the tests that the log has recorded as exercising something, by cell. A cell keeps, for each outcome, only
 * the results that no other is both known and recorded before: as-of and as-recorded are then a comparison, and the cost
 * of an answer does not grow with the number of runs. Runs that were replaced or retracted, wholly or in part, are kept
 * out of the cells and judged one by one when asked for; there are few of them.
 */
export const resultsModel: ReadModel = {
  name: 'results',
  version: '2',
  types: ['RunObserved', 'TestRecorded', 'EventRetracted'],
  tables: { run: ['place', 'stream', 'id', 'odd'], cell: ['test'], waiting: ['test'], test: [], struck: [] },
  fold,
};

type Run = TypedStoredEvent<'RunObserved'>;

/** One result at the edge: its moment, and `ID#index`. */
type Mark = readonly [...Moment, address: string];
type Cell = Record<string, readonly Mark[]>;

async function fold(rows: ReadModelWriter, page: readonly StoredEvent[]): Promise<void> {
  // One event after the other: the rows then cannot depend on how the log was cut into pages.
  let runs: Run[] = [];
  let tests: { test: string; position: number }[] = [];
  const flush = async () => {
    if (runs.length > 0) await addRuns(rows, runs);
    if (tests.length > 0) await addTests(rows, tests);
    [runs, tests] = [[], []];
  };
  for (const event of page) {
    // Runs, and tests, come in rows: what follows on another is taken with it.
    if (event.type === 'RunObserved' ? tests.length > 0 : runs.length > 0) await flush();
    if (event.type === 'RunObserved') runs.push(event);
    else if (event.type === 'TestRecorded')
      tests.push({ test: event.payload.test, position: event.position });
    else if (event.type === 'EventRetracted') {
      await flush();
      await strike(rows, event.payload.target.slice(0, 64));
    }
  }
  await flush();
}

function placeOf(run: Run): string | null {
  const { release, arch } = run.payload;
  return release === undefined || arch === undefined ? null : `${release}\n${arch}`;
}

function cellKey(test: string, release: string, arch: string, config: string): string {
  return [test, release, arch, config].join('\n');
}

async function addRuns(rows: ReadModelWriter, runs: readonly Run[]): Promise<void> {
  const struck = await rows.get(
    'struck',
    runs.map((r) => r.id),
  );
  const earlier = await rows.find('run', 'stream', [...new Set(runs.map((r) => r.stream))]);
  const versions = new Map<string, string[]>();
  for (const row of earlier) push(versions, row.indexes!.stream!, row.key);
  for (const run of runs) push(versions, run.stream, String(run.position));
  const isOdd = (run: Run) => struck.has(run.id) || versions.get(run.stream)!.length > 1;
  await rows.put(
    'run',
    runs.map((run) => runRow(run, isOdd(run))),
  );
  // Which release a build is of may be told later, or earlier, or never: that is asked when the question is.
  await rows.put(
    'waiting',
    runs.filter(isWaiting).flatMap((run) =>
      [...new Set(run.payload.results.map((r) => r.test))].map((test) => ({
        key: `${run.position}\n${test}`,
        value: null,
        indexes: { test },
      })),
    ),
  );
  const plain = runs.filter((run) => !isOdd(run));
  await tally(rows, plain, new Set((await rows.all('test')).map((row) => row.key)));
  const nowOdd = earlier.filter((row) => row.indexes!.odd === '0').map((row) => Number(row.key));
  if (nowOdd.length > 0) await makeOdd(rows, nowOdd);
}

/** A run that names its build and not its release. */
function isWaiting(run: Run): boolean {
  return run.payload.release === undefined && run.payload.build !== undefined;
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function runRow(run: Run, odd: boolean): Row {
  return {
    key: String(run.position),
    value: null,
    indexes: { place: placeOf(run) ?? '', stream: run.stream, id: run.id, odd: odd ? '1' : '0' },
  };
}

/** Adds the results of runs to the cells of these tests. */
async function tally(rows: ReadModelWriter, runs: readonly Run[], tests: ReadonlySet<string>): Promise<void> {
  const marks = new Map<string, { outcome: Outcome; mark: Mark }[]>();
  for (const run of runs) {
    const { release, arch, config, results } = run.payload;
    if (release === undefined || arch === undefined) continue;
    const moment = momentOf(run);
    const switches = configKey(config);
    results.forEach(({ test, outcome }, index) => {
      if (!tests.has(test)) return;
      const key = cellKey(test, release, arch, switches);
      const list = marks.get(key) ?? [];
      list.push({ outcome, mark: [...moment, `${run.id}#${index}`] });
      marks.set(key, list);
    });
  }
  if (marks.size === 0) return;
  const cells = await rows.get('cell', [...marks.keys()]);
  const changed: Row[] = [];
  for (const [key, list] of marks) {
    const before = (cells.get(key) ?? {}) as unknown as Cell;
    const cell: Cell = { ...before };
    let differs = false;
    for (const { outcome, mark } of list) {
      const edge = withMoment(cell[outcome] ?? [], mark);
      if (edge === cell[outcome]) continue;
      cell[outcome] = edge;
      differs = true;
    }
    if (differs) changed.push(cellRow(key, cell));
  }
  await rows.put('cell', changed);
}

function cellRow(key: string, cell: Cell): Row {
  return { key, value: cell, indexes: { test: key.slice(0, key.indexOf('\n')) } };
}

/** Tests that were recorded after their results: the runs before are looked at once more, for them alone. */
async function addTests(
  rows: ReadModelWriter,
  recorded: readonly { readonly test: string; readonly position: number }[],
): Promise<void> {
  const known = await rows.get(
    'test',
    recorded.map((r) => r.test),
  );
  const tests = new Set(recorded.map((r) => r.test).filter((test) => !known.has(test)));
  if (tests.size === 0) return;
  await rows.put(
    'test',
    [...tests].map((key) => ({ key, value: null })),
  );
  for await (const page of rows.again({ types: ['RunObserved'], to: recorded[0]!.position - 1 })) {
    const runs = page.filter((e): e is Run => e.type === 'RunObserved');
    const found = await rows.find(
      'run',
      'id',
      runs.map((r) => r.id),
    );
    const odd = new Set(found.filter((row) => row.indexes!.odd === '1').map((row) => Number(row.key)));
    await tally(
      rows,
      runs.filter((run) => !odd.has(run.position)),
      tests,
    );
  }
}

/** A retraction names a run, or a result in it. */
async function strike(rows: ReadModelWriter, id: string): Promise<void> {
  await rows.put('struck', [{ key: id, value: null }]);
  const found = await rows.find('run', 'id', [id]);
  const plain = found.filter((row) => row.indexes!.odd === '0').map((row) => Number(row.key));
  if (plain.length > 0) await makeOdd(rows, plain);
}

/** Takes runs out of the cells: the cells that they were in are made anew from the runs that remain there. */
async function makeOdd(rows: ReadModelWriter, positions: readonly number[]): Promise<void> {
  const tests = new Set((await rows.all('test')).map((row) => row.key));
  for (const run of (await rows.eventsAt(positions)) as readonly Run[]) {
    await rows.put('run', [runRow(run, true)]);
    const place = placeOf(run);
    if (place === null) continue;
    const mine = new Set(run.payload.results.map((r) => r.test).filter((test) => tests.has(test)));
    if (mine.size === 0) continue;
    const switches = configKey(run.payload.config);
    await rows.remove(
      'cell',
      [...mine].map((test) => cellKey(test, run.payload.release!, run.payload.arch!, switches)),
    );
    const there = await rows.find('run', 'place', [place]);
    const plain = there.filter((row) => row.indexes!.odd === '0').map((row) => Number(row.key));
    plain.sort((a, b) => a - b);
    for (let at = 0; at < plain.length; at += 500) {
      const others = (await rows.eventsAt(plain.slice(at, at + 500))) as readonly Run[];
      await tally(
        rows,
        others.filter((o) => configKey(o.payload.config) === switches),
        mine,
      );
    }
  }
}

/**
 * Reads the results that a view sees, for these tests.
 *
 * @param without runs (`ID`) and results (`ID#index`) that the model takes away in thought: it holds their retractions, and the rows do not
 */
export async function loadResults(
  store: EventStore,
  model: Model,
  tests: ReadonlySet<string>,
  without: readonly string[] = [],
): Promise<ResultIndex> {
  if (tests.size === 0) return noResults;
  const rows = await store.rows(resultsModel);
  const gathered = gatherResults();
  const shaken = await shakenRuns(rows, without);
  for (const row of await rows.find('cell', 'test', [...tests])) {
    if (shaken.places.has(row.key.slice(row.key.indexOf('\n') + 1, row.key.lastIndexOf('\n')))) continue;
    const [test, release, arch, config] = row.key.split('\n') as [string, string, string, string];
    const cell = { test, release, arch, config };
    for (const [outcome, marks] of Object.entries(row.value as unknown as Cell)) {
      for (const mark of marks)
        if (isSeen(model.view, mark)) gathered.add(cell, outcome as Outcome, mark[3], mark[0]);
    }
  }
  const odd = (await rows.find('run', 'odd', ['1'])).map((row) => Number(row.key));
  const looked = [...new Set([...odd, ...shaken.positions])].sort((a, b) => a - b);
  if (looked.length > 0) {
    const runs = (await store.at(looked)) as readonly Run[];
    for (const { run, index: at, result } of countingResults(model, runs)) {
      const { release, arch, config } = run.payload;
      const { test, outcome } = result;
      if (release === undefined || arch === undefined || !tests.has(test)) continue;
      const cell = { test, release, arch, config: configKey(config) };
      gathered.add(cell, outcome, `${run.id}#${at}`, knownEnd(run));
    }
  }
  const waiting = await rows.find('waiting', 'test', [...tests]);
  if (waiting.length > 0) {
    const positions = [...new Set(waiting.map((row) => Number(row.key.split('\n')[0])))].sort(
      (a, b) => a - b,
    );
    const builds = buildsOf(model);
    const excused = excusedRuns(model);
    const runs = await withOtherVersions(store, rows, (await store.at(positions)) as readonly Run[], odd);
    for (const { run, index: at, result } of countingResults(model, runs)) {
      const { build, id } = run.payload;
      const { test, outcome } = result;
      const place = builds.get(build ?? '');
      if (!tests.has(test) || place?.release === undefined || place.arch === undefined) continue;
      if (id !== undefined && excused.has(id)) continue;
      const cell = { test, release: place.release, arch: place.arch, config: configKey(place.config) };
      gathered.add(cell, outcome, `${run.id}#${at}`, knownEnd(run));
    }
  }
  return gathered.index;
}

/**
 * Where results are taken away in thought, the marks that are kept do not tell what stood behind them: all runs of those places are looked
 * at one by one.
 */
async function shakenRuns(
  rows: ReadModelRows,
  without: readonly string[],
): Promise<{ readonly places: ReadonlySet<string>; readonly positions: readonly number[] }> {
  const ids = [...new Set(without.map((address) => address.slice(0, 64)))];
  const places = new Set(
    (await rows.find('run', 'id', ids)).map((row) => row.indexes!.place!).filter((place) => place !== ''),
  );
  const there = await rows.find('run', 'place', [...places]);
  return { places, positions: there.map((row) => Number(row.key)) };
}

/** Adds the versions of runs that name no test that was asked for: one that has no name yet may hold the outcome. */
async function withOtherVersions(
  store: EventStore,
  rows: ReadModelRows,
  runs: readonly Run[],
  odd: readonly number[],
): Promise<readonly Run[]> {
  const several = new Set(odd);
  const streams = runs.filter((run) => several.has(run.position)).map((run) => run.stream);
  if (streams.length === 0) return runs;
  const here = new Set(runs.map((run) => run.position));
  const others = (await rows.find('run', 'stream', [...new Set(streams)]))
    .map((row) => Number(row.key))
    .filter((position) => !here.has(position))
    .sort((a, b) => a - b);
  return [...runs, ...((await store.at(others)) as readonly Run[])];
}
