import type { EventStore } from '../../store/event-store.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { ReadModelRows, Row } from '../../store/read-model.ts';
import { kernelArch } from '../../store/names/arch-name.ts';
import { knownEnd } from '../../store/log/known-by.ts';
import type { Model } from '../model/model.ts';
import { buildsOf, excusedRuns } from './builds.ts';
import { ratedBy } from './compilers-apart.ts';
import { loadLanes } from './load-lanes.ts';
import { keptOf, outcomesIn, placeOfKey, type KeptPlace } from './place-results.ts';
import { configKey, gatherResults, type ResultGatherer } from './result-index.ts';
import { resultsModel } from './results-model.ts';
import { noResults, type RatedResults, type ResultIndex } from '../outcomes/results.ts';
import { countingResults } from './run-versions.ts';

type Run = TypedStoredEvent<'RunObserved'>;

/**
 * Reads the results that a view sees, for these tests.
 *
 * @param without runs (`ID`) and results (`ID#index`) that the model takes away in thought: it holds their retractions, and the rows do not
 * @param more runs that are added in thought
 */
export async function loadResults(
  store: EventStore,
  model: Model,
  tests: ReadonlySet<string>,
  without: readonly string[] = [],
  more: readonly Run[] = [],
): Promise<ResultIndex> {
  if (tests.size === 0) return noResults;
  const { gathered, rated } = await gather(store, model, tests, without, more);
  if (rated.size > 0) gathered.rate(rated, ratedBy(await loadLanes(store, model, rated, more)));
  return gathered.index;
}

/** The same where somebody knows how the tests fared that passed and failed at one place: else that is told from every result of theirs. */
export async function loadRatedResults(
  store: EventStore,
  model: Model,
  tests: ReadonlySet<string>,
  rates: RatedResults,
): Promise<ResultIndex> {
  if (tests.size === 0) return noResults;
  const { gathered, rated } = await gather(store, model, tests, [], []);
  gathered.rate(rated, rates);
  return gathered.index;
}

/** Gathers results by place, and finds the tests that passed and failed at one place. */
async function gather(
  store: EventStore,
  model: Model,
  tests: ReadonlySet<string>,
  without: readonly string[],
  more: readonly Run[],
): Promise<{ readonly gathered: ResultGatherer; readonly rated: ReadonlySet<string> }> {
  const rows = await store.rows(resultsModel);
  const gathered = gatherResults(model.view, tests);
  const kept = await rows.all('place');
  const shaken = await shakenRuns(rows, [...without, ...targetsOf(model)], laidUntil(model, tests, kept));
  for (const row of kept) {
    const place = placeOfKey(row.key);
    if (!shaken.places.has(`${place.release}\n${place.arch}`))
      gathered.addPlace(place, () => row.value as unknown as KeptPlace);
  }
  const odd = (await rows.find('run', 'odd', ['1'])).map((row) => Number(row.key));
  const looked = [...new Set([...odd, ...shaken.positions])].sort((a, b) => a - b);
  if (looked.length > 0) addLookedAt(gathered, model, tests, (await store.at(looked)) as readonly Run[]);
  const waiting = await rows.find('waiting', 'test', [...tests]);
  if (waiting.length > 0) {
    const positions = [...new Set(waiting.map((row) => Number(row.key.split('\n')[0])))].sort(
      (a, b) => a - b,
    );
    const runs = (await store.at(positions)) as readonly Run[];
    addOfBuilds(gathered, model, tests, await withOtherVersions(store, rows, runs, odd));
  }
  if (more.length > 0) {
    addLookedAt(gathered, model, tests, more);
    addOfBuilds(
      gathered,
      model,
      tests,
      more.filter((run) => run.payload.release === undefined),
    );
  }
  const mixed = new Set([...(await rows.all('mixed')).map((row) => row.key), ...gathered.mixed()]);
  return { gathered, rated: new Set([...mixed].filter((test) => tests.has(test))) };
}

/** Adds the results of runs that are judged one by one. */
function addLookedAt(
  gathered: ResultGatherer,
  model: Model,
  tests: ReadonlySet<string>,
  runs: readonly Run[],
): void {
  for (const { run, index, result } of countingResults(model, runs)) {
    const { release, arch, config } = run.payload;
    const { test, outcome, failedRuns } = result;
    if (release === undefined || arch === undefined || !tests.has(test)) continue;
    const cell = { test, release, arch: kernelArch(arch), config: configKey(config) };
    gathered.add(cell, outcome, `${run.id}#${index}`, knownEnd(run), failedRuns);
  }
}

/** Adds the results of runs that name their build alone, where that is known. */
function addOfBuilds(
  gathered: ResultGatherer,
  model: Model,
  tests: ReadonlySet<string>,
  runs: readonly Run[],
): void {
  const builds = buildsOf(model);
  const excused = excusedRuns(model);
  for (const { run, index, result } of countingResults(model, runs)) {
    const { build, id } = run.payload;
    const { test, outcome, failedRuns } = result;
    const place = builds.get(build ?? '');
    if (!tests.has(test) || place?.release === undefined || place.arch === undefined) continue;
    if (id !== undefined && excused.has(id)) continue;
    const cell = { test, release: place.release, arch: place.arch, config: configKey(place.config) };
    gathered.add(cell, outcome, `${run.id}#${index}`, knownEnd(run), failedRuns);
  }
}

/**
 * Where results are taken away in thought, or some are laid to another cause and others there are not, the marks that are kept do not tell
 * what stood behind them: all runs of those places are looked at one by one.
 */
async function shakenRuns(
  rows: ReadModelRows,
  addresses: readonly string[],
  more: readonly string[],
): Promise<{ readonly places: ReadonlySet<string>; readonly positions: readonly number[] }> {
  const ids = [...new Set(addresses.map((address) => address.slice(0, 64)))];
  const places = new Set([
    ...(await rows.find('run', 'id', ids)).map((row) => row.indexes!.place!).filter((place) => place !== ''),
    ...more,
  ]);
  const there = await rows.find('run', 'place', [...places]);
  return { places, positions: there.map((row) => Number(row.key)) };
}

/** Results that are laid to another cause one by one. */
function targetsOf(model: Model): readonly string[] {
  return model.of('OutcomeAttributed').flatMap(({ payload }) => payload.target ?? []);
}

/** Places with results that are laid to another cause only until a day: those that came later are not. */
function laidUntil(model: Model, tests: ReadonlySet<string>, kept: readonly Row[]): readonly string[] {
  const until = model.of('OutcomeAttributed').filter(({ payload: p }) => p.until !== undefined);
  if (until.length === 0) return [];
  return kept.flatMap(({ key, value }) => {
    const { release, arch } = placeOfKey(key);
    const here = until.filter(
      ({ payload: p }) => (p.releases?.includes(release) ?? true) && (p.archs?.includes(arch) ?? true),
    );
    const { outcomes } = value as unknown as KeptPlace;
    const has = outcomesIn(outcomes).some((outcome) =>
      here.some(
        ({ payload: p }) =>
          (p.outcomes?.includes(outcome) ?? true) &&
          (p.test === undefined ? [...tests] : [p.test]).some((t) => keptOf(outcomes, outcome, t) !== null),
      ),
    );
    return has ? [`${release}\n${arch}`] : [];
  });
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
