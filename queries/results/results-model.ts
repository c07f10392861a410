import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import type { ReadModel, ReadModelWriter, Row } from '../../store/read-model.ts';
import { kernelArch } from '../../store/names/arch-name.ts';
import { momentOf } from '../model/view.ts';
import { addMark, edgesOf, keptPlace, placeKey, type KeptPlace } from './place-results.ts';
import { configKey } from './result-index.ts';
import { addTo } from '../../store/grouping.ts';
import { isBad, isGood } from '../outcomes/seen-result.ts';
import { whoRan } from './who-ran.ts';

/**
 * Results of the tests that the log has recorded as exercising something, or that a bisect session searches, by place
 * (release, architecture, configuration). A place keeps, for each test and outcome, only the results that no other is both known and recorded before: as-of and
 * as-recorded are then a comparison, and the cost of an answer does not grow with the number of runs. Runs that were
 * replaced or retracted, wholly or in part, are kept out of the places and judged one by one when asked for; there are
 * few of them. Of every run is kept who ran it.
 */
export const resultsModel: ReadModel = {
  name: 'results',
  version: '11',
  types: ['RunObserved', 'TestRecorded', 'BisectStarted', 'EventRetracted'],
  tables: {
    run: ['place', 'stream', 'id', 'odd'],
    place: [],
    waiting: ['test'],
    test: [],
    // Of a test at a place, whether it ever failed and ever passed there, by runs that do not count too: what was seen stays, whatever comes after.
    sides: [],
    // Tests that did both at one place: of those it is asked how often, and where.
    mixed: [],
    struck: [],
  },
  fold,
};

type Run = TypedStoredEvent<'RunObserved'>;

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
    else if (event.type === 'BisectStarted') {
      const searched = event.payload.regressions.flatMap((r) => r.test ?? []);
      tests.push(...searched.map((test) => ({ test, position: event.position })));
    } else if (event.type === 'EventRetracted') {
      await flush();
      await strike(rows, event.payload.target.slice(0, 64));
    }
  }
  await flush();
}

function placeOf(run: Run): string | null {
  const { release, arch } = run.payload;
  return release === undefined || arch === undefined ? null : `${release}\n${kernelArch(arch)}`;
}

/** The key of what is kept of a run's place in its configuration. */
function keyOf({ payload: { release, arch, config } }: Run): string | null {
  return release === undefined || arch === undefined
    ? null
    : placeKey(release, kernelArch(arch), configKey(config));
}

async function addRuns(rows: ReadModelWriter, runs: readonly Run[]): Promise<void> {
  const struck = await rows.get(
    'struck',
    runs.map((r) => r.id),
  );
  const earlier = await rows.find('run', 'stream', [...new Set(runs.map((r) => r.stream))]);
  const versions = new Map<string, string[]>();
  for (const row of earlier) addTo(versions, row.indexes!.stream!, row.key);
  for (const run of runs) addTo(versions, run.stream, String(run.position));
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
  const tests = new Set((await rows.all('test')).map((row) => row.key));
  await tally(rows, plain, tests);
  await seeSides(rows, runs, tests);
  const nowOdd = earlier.filter((row) => row.indexes!.odd === '0').map((row) => Number(row.key));
  if (nowOdd.length > 0) await makeOdd(rows, nowOdd);
}

/** A run that names its build and not its release. */
function isWaiting(run: Run): boolean {
  return run.payload.release === undefined && run.payload.build !== undefined;
}

function runRow(run: Run, odd: boolean): Row {
  return {
    key: String(run.position),
    value: whoRan(run),
    indexes: { place: placeOf(run) ?? '', stream: run.stream, id: run.id, odd: odd ? '1' : '0' },
  };
}

/** Adds the results of runs to what is kept of their places, for these tests. */
async function tally(rows: ReadModelWriter, runs: readonly Run[], tests: ReadonlySet<string>): Promise<void> {
  const here = new Map<string, Run[]>();
  for (const run of runs) {
    const key = keyOf(run);
    if (key !== null && run.payload.results.some((result) => tests.has(result.test))) addTo(here, key, run);
  }
  if (here.size === 0) return;
  const kept = await rows.get('place', [...here.keys()]);
  const changed: Row[] = [];
  for (const [key, list] of here) {
    const edges = edgesOf(kept.get(key) as unknown as KeptPlace | undefined);
    let differs = false;
    for (const run of list) {
      const moment = momentOf(run);
      for (const [index, { test, outcome }] of run.payload.results.entries())
        if (tests.has(test) && addMark(edges, test, outcome, [...moment, run.id, index])) differs = true;
    }
    if (differs) changed.push({ key, value: keptPlace(edges) });
  }
  await rows.put('place', changed);
}

const FAILED = 1;
const PASSED = 2;
const BOTH = FAILED | PASSED;

/** Notes which of these tests were seen to fail and to pass, place by place. */
async function seeSides(
  rows: ReadModelWriter,
  runs: readonly Run[],
  tests: ReadonlySet<string>,
): Promise<void> {
  const seen = new Map<string, { readonly test: string; side: number }>();
  for (const run of runs) {
    const key = keyOf(run);
    if (key === null) continue;
    for (const { test, outcome, failedRuns } of run.payload.results) {
      if (!tests.has(test)) continue;
      const ended = isBad({ outcome }) ? FAILED : isGood({ outcome }) ? PASSED : 0;
      const side = failedRuns === undefined ? ended : ended | FAILED;
      const place = `${key}\n${test}`;
      const here = seen.get(place);
      if (here === undefined) seen.set(place, { test, side });
      else here.side |= side;
    }
  }
  if (seen.size === 0) return;
  const kept = await rows.get('sides', [...seen.keys()]);
  const changed: Row[] = [];
  const mixed = new Set<string>();
  for (const [key, { test, side }] of seen) {
    const before = (kept.get(key) ?? 0) as number;
    if ((before | side) === before) continue;
    changed.push({ key, value: before | side });
    if ((before | side) === BOTH) mixed.add(test);
  }
  await rows.put('sides', changed);
  await rows.put(
    'mixed',
    [...mixed].map((key) => ({ key, value: null })),
  );
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
    await seeSides(rows, runs, tests);
  }
}

/** A retraction names a run, or a result in it. */
async function strike(rows: ReadModelWriter, id: string): Promise<void> {
  await rows.put('struck', [{ key: id, value: null }]);
  const found = await rows.find('run', 'id', [id]);
  const plain = found.filter((row) => row.indexes!.odd === '0').map((row) => Number(row.key));
  if (plain.length > 0) await makeOdd(rows, plain);
}

/** Takes runs out of what is kept: the places that they were in are made anew from the runs that remain there. */
async function makeOdd(rows: ReadModelWriter, positions: readonly number[]): Promise<void> {
  const tests = new Set((await rows.all('test')).map((row) => row.key));
  for (const run of (await rows.eventsAt(positions)) as readonly Run[]) {
    await rows.put('run', [runRow(run, true)]);
    const [place, key] = [placeOf(run), keyOf(run)];
    if (place === null || key === null || !run.payload.results.some((r) => tests.has(r.test))) continue;
    await rows.remove('place', [key]);
    const there = await rows.find('run', 'place', [place]);
    const plain = there.filter((row) => row.indexes!.odd === '0').map((row) => Number(row.key));
    plain.sort((a, b) => a - b);
    for (let at = 0; at < plain.length; at += 500) {
      const others = (await rows.eventsAt(plain.slice(at, at + 500))) as readonly Run[];
      await tally(
        rows,
        others.filter((other) => keyOf(other) === key),
        tests,
      );
    }
  }
}
