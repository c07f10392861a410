import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disagreeingResults } from '../../queries/knowledge/contradictions.ts';
import { originsOf } from '../../queries/knowledge/origins.ts';
import { whatCounts } from '../../queries/model/counting.ts';
import { sees, type View } from '../../queries/model/view.ts';
import { modelInThought } from '../../queries/model/in-thought.ts';
import { loadModel } from '../../queries/replay/load-model.ts';
import type { Model } from '../../queries/model/model.ts';
import { loadResults } from '../../queries/results/load-results.ts';
import { loadHistory } from '../../queries/results/load-history.ts';
import { resultsModel } from '../../queries/results/results-model.ts';
import type { ResultIndex } from '../../queries/outcomes/results.ts';
import { loadResultsOf, runsByVersion } from '../../queries/results/runs-by-version.ts';
import type { PlacedResult, SeenResult } from '../../queries/outcomes/seen-result.ts';
import { lanesOf } from '../../queries/results/test-history.ts';
import { testRuns } from '../../queries/results/test-runs.ts';
import { testsSeen, testsSeenModel } from '../../queries/results/tests-seen.ts';
import type { BatchHeader, EventStore } from '../../store/event-store.ts';
import type { NewEvent, StoredEvent } from '../../store/events/event.ts';
import { memoryStore } from '../../store/memory/memory-store.ts';

type Run = StoredEvent & { readonly type: 'RunObserved' };

const header = (day: number): BatchHeader => ({
  recordedAt: `2026-06-${String(day).padStart(2, '0')}T12:00:00.000Z`,
  actor: 'test',
  tool: 'test',
  importer: null,
  carrier: null,
  carrierHash: null,
});
const known = fc.constantFrom('2026-05-01', '2026-05-20', '2026-06-03', '2026-06', null);
const run = fc
  .record({
    id: fc.constantFrom('1', '2', '3'),
    rev: fc.integer({ min: 1, max: 3 }),
    known,
    release: fc.constantFrom('v7.0', 'v7.1', undefined),
    arch: fc.constantFrom('arm64', 'x86_64', undefined),
    config: fc.constantFrom('defconfig', 'CONFIG_A=y', undefined),
    platform: fc.constantFrom('board', 'qemu', undefined),
    results: fc.array(
      fc.record(
        {
          test: fc.constantFrom('a', 'b', 'c'),
          outcome: fc.constantFrom('pass' as const, 'fail' as const),
          platform: fc.constantFrom('board', 'other'),
        },
        { requiredKeys: ['test', 'outcome'] },
      ),
      { maxLength: 4 },
    ),
  })
  .map(({ id, rev, known: knownAt, release, arch, config, platform, results }): NewEvent => ({
    type: 'RunObserved',
    stream: `run/${id}`,
    knownAt,
    source: 'test',
    locator: '1',
    payload: {
      rev,
      origin: 'ci',
      ...(release === undefined ? {} : { release }),
      ...(arch === undefined ? {} : { arch }),
      ...(config === undefined ? {} : { config }),
      ...(platform === undefined ? {} : { platform }),
      results,
    },
  }));
const recorded = fc
  .record({ test: fc.constantFrom('a', 'b'), known })
  .map(({ test, known: knownAt }): NewEvent => ({
    type: 'TestRecorded',
    stream: `test/${test}`,
    knownAt,
    source: 'test',
    locator: '1',
    payload: { rev: 1, confidence: 'verified', test, title: test },
  }));
const released = ['v7.0', 'v7.1'].map((release): NewEvent => ({
  type: 'ReleaseRecorded',
  stream: `release/${release}`,
  knownAt: '2026-04-01',
  source: 'test',
  locator: '1',
  payload: {
    ...{ rev: 1, confidence: 'verified', release, line: 'mainline' },
    ...(release === 'v7.1' ? { predecessor: 'v7.0' } : {}),
  },
}));
/** What is appended day by day: events, and retractions of what the log holds by then, found by number. */
const days = fc.array(
  fc.record({
    events: fc.array(fc.oneof({ weight: 4, arbitrary: run }, recorded), { maxLength: 5 }),
    strikes: fc.array(fc.record({ at: fc.nat({ max: 40 }), item: fc.option(fc.nat({ max: 3 })) }), {
      maxLength: 2,
    }),
    look: fc.boolean(),
  }),
  { minLength: 1, maxLength: 7 },
);
const views = fc.record(
  {
    asOf: fc.constantFrom('2026-05-10', '2026-06-02', '2026-06-03', '2026-07-01'),
    asRecorded: fc.oneof(fc.constantFrom('2026-06-02', '2026-06-04T12:00:00Z'), fc.nat({ max: 30 })),
  },
  { requiredKeys: [] },
);

const looks = fc.array(views, { minLength: 3, maxLength: 3 });

async function all(store: EventStore): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const page of store.read()) events.push(...page);
  return events;
}

async function rowsOf(store: EventStore): Promise<unknown> {
  const found: unknown[] = [];
  for (const model of [resultsModel, testsSeenModel, testRuns, runsByVersion]) {
    const rows = await store.rows(model);
    for (const table of Object.keys(model.tables)) found.push(await rows.all(table));
  }
  return found;
}

interface Counted {
  readonly run: Run;
  readonly test: string;
  readonly outcome: string;
  readonly address: string;
}

/** The results that count in a view, by looking at every event of the log. */
function countedBySight(
  events: readonly StoredEvent[],
  view: View,
  without: readonly string[] = [],
): readonly Counted[] {
  const seen = events.filter((event) => sees(view, event));
  const retracted = new Set([...whatCounts(seen).retracted.keys(), ...without]);
  const runs = seen.filter((e): e is Run => e.type === 'RunObserved');
  return runs.flatMap((run): readonly Counted[] => {
    const { results, rev } = run.payload;
    const siblings = runs.filter((r) => r.stream === run.stream);
    const higher = siblings.some(
      (r) =>
        !retracted.has(r.id) &&
        (r.payload.rev > rev || (r.payload.rev === rev && (r.knownAt ?? '') > (run.knownAt ?? ''))),
    );
    if (retracted.has(run.id) || higher) return [];
    return results.flatMap(({ test, outcome }, index) => {
      const struck = siblings.some((r) =>
        r.payload.results.some(
          (item, at) => item.test === test && item.outcome === outcome && retracted.has(`${r.id}#${at}`),
        ),
      );
      return struck ? [] : [{ run, test, outcome, address: `${run.id}#${index}` }];
    });
  });
}

/** The results of recorded tests: cell -> outcome -> addresses. */
function bySight(
  events: readonly StoredEvent[],
  view: View,
  without: readonly string[] = [],
): Map<string, Map<string, Set<string>>> {
  const counting = whatCounts(events.filter((event) => sees(view, event)));
  const tests = new Set(counting.events.flatMap((e) => (e.type === 'TestRecorded' ? [e.payload.test] : [])));
  const cells = new Map<string, Map<string, Set<string>>>();
  for (const { run, test, outcome, address } of countedBySight(events, view, without)) {
    const { release, arch, config } = run.payload;
    if (release === undefined || arch === undefined || !tests.has(test)) continue;
    const key = [test, release, arch, config === 'CONFIG_A=y' ? config : ''].join(' ');
    const cell = cells.get(key) ?? new Map<string, Set<string>>();
    cells.set(key, cell);
    cell.set(outcome, (cell.get(outcome) ?? new Set()).add(address));
  }
  return cells;
}

/** Every place has the same outcomes, and shows only results that have it. */
function same(
  results: ResultIndex,
  expected: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>,
): void {
  const found = ['a', 'b'].flatMap((test) =>
    results.placesOf(test).map((p) => ({
      name: [test, p.release, p.arch, p.config ?? ''].join(' '),
      outcomes: results.at(test, p.release, p.arch, p.config)!.outcomes,
    })),
  );
  expect(found.map((p) => p.name).sort()).toEqual([...expected.keys()].sort());
  for (const outcome of ['pass', 'fail'] as const) {
    const having = [...results.having([outcome])].flatMap(([test, places]) =>
      places.map((p) => [test, p.release, p.arch, p.config ?? ''].join(' ')),
    );
    const there = [...expected].filter(([, outcomes]) => outcomes.has(outcome)).map(([name]) => name);
    expect(having.sort()).toEqual(there.sort());
  }
  for (const { name, outcomes } of found) {
    const cell = expected.get(name)!;
    expect([...outcomes.keys()].sort()).toEqual([...cell.keys()].sort());
    for (const [outcome, addresses] of outcomes) {
      expect(addresses.length).toBeGreaterThan(0);
      for (const address of addresses) expect(cell.get(outcome)).toContain(address);
    }
  }
}

/** Who had the results that disagree, and on what machine, by looking at the events. */
function whoSaysSo(events: readonly StoredEvent[], model: Model): ReadonlyMap<string, string> {
  const addresses = disagreeingResults(model).flatMap(({ good, bad }) => [...good, ...bad]);
  return new Map(
    addresses.map((address) => {
      const [id, index] = address.split('#');
      const { origin, platform, results } = events.find((e): e is Run => e.id === id)!.payload;
      const machine = results[Number(index)]!.platform ?? platform;
      return [address, machine === undefined ? origin : `${origin} (${machine})`];
    }),
  );
}

/** Results in one order, each with its outcome and its machine. */
const told = (results: readonly SeenResult[]) =>
  results.map((r) => `${r.address} ${r.outcome} ${r.arch} ${r.platform}`).sort();
const sighted = (results: readonly Counted[]) =>
  results
    .map(({ run: { payload: p }, outcome, address }) => {
      const machine = p.results[Number(address.split('#')[1])]!.platform ?? p.platform ?? null;
      return `${address} ${outcome} ${p.arch ?? null} ${machine}`;
    })
    .sort();

/** Of a test that came to both at a recorded release, and of no other, it is known how it fared, as its results tell. */
function everyLane(
  model: Model,
  expected: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>,
  history: readonly PlacedResult[],
): void {
  for (const test of ['a', 'b']) {
    const lanes = model.results.lanes(test);
    const isMixed = [...expected].some(([name, cell]) => {
      const [of, release] = name.split(' ');
      return of === test && model.graph.releases.has(release!) && cell.size > 1;
    });
    // Whatever came to both before, or is yet to: as of this view alone.
    expect(lanes !== null).toBe(isMixed);
    const released = history.filter((r) => r.test === test && model.graph.releases.has(r.version ?? ''));
    if (lanes !== null) expect(lanes).toEqual(lanesOf(model.graph, released));
  }
}

describe('results, by the read model', () => {
  it('are what a look at every event gives, for every view, however the log grew', async () => {
    await fc.assert(
      fc.asyncProperty(
        days,
        looks,
        fc.array(fc.nat({ max: 12 }), { maxLength: 3 }),
        async (plan, looks, gone) => {
          const grown = memoryStore();
          const whole = memoryStore();
          await grown.append(header(1), released);
          await whole.append(header(1), released);
          for (const [day, { events, strikes, look }] of plan.entries()) {
            await grown.append(header(day + 1), events);
            await whole.append(header(day + 1), events);
            const there = await all(grown);
            for (const [n, { at, item }] of strikes.entries()) {
              const target = there[at % Math.max(there.length, 1)];
              if (target === undefined) continue;
              const retraction: NewEvent = {
                type: 'EventRetracted',
                stream: `retraction/${day}/${n}`,
                knownAt: null,
                source: 'test',
                locator: '1',
                payload: {
                  target: item === null ? target.id : `${target.id}#${item}`,
                  by: 'test',
                  reason: 'test',
                  at: `${day}/${n}`,
                },
              };
              await grown.append(header(day + 1), [retraction]);
              await whole.append(header(day + 1), [retraction]);
            }
            if (look) await rowsOf(grown);
          }
          expect(await rowsOf(grown)).toEqual(await rowsOf(whole));
          await grown.dropReadModels();
          expect(await rowsOf(grown)).toEqual(await rowsOf(whole));
          const events = await all(grown);
          for (const view of looks) {
            const model = await loadModel(grown, view);
            same(model.results, bySight(events, view));
            expect(await originsOf(grown, model)).toEqual(whoSaysSo(events, model));
            const counted = countedBySight(events, view);
            const history = await loadHistory(grown, model, new Set(['a', 'b']));
            everyLane(model, bySight(events, view), history);
            for (const test of ['a', 'b', 'c'])
              expect(told(await loadHistory(grown, model, new Set([test])))).toEqual(
                sighted(counted.filter((r) => r.test === test)),
              );
            for (const name of ['v7.0', 'v7.1'])
              expect(told(await loadResultsOf(grown, model, name))).toEqual(
                sighted(counted.filter((r) => r.run.payload.release === name)),
              );
            // In thought, without some runs or results: what stood behind them comes to the fore.
            const runs = events.filter((e) => e.type === 'RunObserved');
            const without = runs
              .filter((_, index) => gone.includes(index))
              .map((e, index) => (index === 0 ? e.id : `${e.id}#0`));
            const thought = modelInThought(model, without, []);
            const tests = new Set(model.of('TestRecorded').map((e) => e.payload.test));
            const [found, sight] = [
              await loadResults(grown, thought, tests, without),
              bySight(events, view, without),
            ];
            same(found, sight);
            const later = await loadHistory(grown, thought, new Set(['a', 'b']));
            everyLane({ ...thought, results: found }, sight, later);
            const named = new Set(
              events
                .filter((e): e is Run => e.type === 'RunObserved' && sees(view, e))
                .flatMap((e) => e.payload.results.map((r) => r.test)),
            );
            expect(await testsSeen(grown, view)).toEqual([...named].sort());
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
