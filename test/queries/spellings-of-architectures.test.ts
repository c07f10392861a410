import { expect, it } from 'vitest';
import { loadModel } from '../../queries/replay/load-model.ts';
import { loadHistory } from '../../queries/results/load-history.ts';
import { rivalRuns } from '../../queries/results/rival-runs.ts';
import type { BatchHeader } from '../../store/event-store.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { memoryStore } from '../../store/memory/memory-store.ts';

const header = (day: number): BatchHeader => ({
  ...{ recordedAt: `2026-06-0${day}T12:00:00.000Z`, actor: 'test', tool: 'test' },
  ...{ importer: null, carrier: null, carrierHash: null },
});
const event = (type: string, stream: string, payload: object): NewEvent =>
  ({ type, stream, knownAt: '2026-06-01', source: 'test', locator: '1', payload }) as unknown as NewEvent;
const facts = [
  event('ReleaseRecorded', 'release/v7.0', {
    ...{ rev: 1, confidence: 'verified', release: 'v7.0', line: 'mainline', date: '2026-04-12' },
  }),
  event('TestRecorded', 'test/a', { rev: 1, confidence: 'verified', test: 'a', title: 'a' }),
];
const run = (id: string, where: object, outcome: 'pass' | 'fail') =>
  event('RunObserved', `run/${id}`, { rev: 1, origin: 'ci', ...where, results: [{ test: 'a', outcome }] });

/** Importers of before wrote an architecture as the source spells it; events never change. */
const OLD = [
  event('BuildObserved', 'build/b', {
    rev: 1,
    origin: 'ci',
    build: 'b',
    checkout: 'c',
    arch: 'aarch64',
    outcome: 'pass',
  }),
  run('1', { release: 'v7.0', arch: 'aarch64' }, 'pass'),
  run('2', { release: 'v7.0', arch: 'arm64' }, 'fail'),
  run('3', { release: 'v7.0', build: 'b' }, 'pass'),
];

it('knows an architecture by whatever spelling an older importer wrote', async () => {
  const store = memoryStore();
  await store.append(header(1), facts);
  await store.append(header(2), OLD);
  const model = await loadModel(store);
  expect([...(model.results.at('a', 'v7.0', 'arm64', null)?.outcomes.keys() ?? [])].sort()).toEqual([
    'fail',
    'pass',
  ]);
  expect(model.results.archs()).toEqual(new Set(['arm64']));
  const history = await loadHistory(store, model, new Set(['a']));
  expect(history.map((r) => r.arch)).toEqual(['arm64', 'arm64', 'arm64']);
  // Also where a run is looked at one by one.
  const [first] = model.results.at('a', 'v7.0', 'arm64', null)!.outcomes.get('pass')!;
  await store.append(header(3), [
    event('EventRetracted', `retract/${first!}`, {
      target: first!.slice(0, 64),
      reason: 'no',
      by: 'me',
      at: '2026-06-03',
    }),
  ]);
  const later = await loadModel(store);
  expect(later.results.archs()).toEqual(new Set(['arm64']));
});

it('takes two spellings in versions of one run for no contradiction', async () => {
  const store = memoryStore();
  await store.append(header(1), facts);
  await store.append(header(2), [
    run('1', { release: 'v7.0', arch: 'aarch64' }, 'pass'),
    run('1', { release: 'v7.0', arch: 'arm64', tool: 'again' }, 'pass'),
  ]);
  expect(await rivalRuns(store, await loadModel(store))).toEqual([]);
});
