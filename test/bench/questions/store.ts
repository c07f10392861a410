import { factsImporter } from '../../../importers/facts/importer.ts';
import { noKnownNames, type SourceEntry } from '../../../importers/importer.ts';
import { openSources } from '../../../importers/source/open-sources.ts';
import { loadModel } from '../../../queries/model/load.ts';
import { runsByVersion } from '../../../queries/results/runs-by-version.ts';
import { newEvent, type NewEvent } from '../../../store/events/event.ts';
import { sha256 } from '../../../store/identity.ts';
import { openSqliteStore } from '../../../store/sqlite/open.ts';
import { header, RESULTS_A_RUN } from '../log/stores.ts';

const ARCHS = ['x86_64', 'arm64'];

/**
 * Makes a log of the shipped data and so many results. The runs go round all releases and two architectures, and every
 * run holds the tests that the data knows: no cell is left that tests say nothing of, which is the dearest case.
 */
export async function shippedStore(path: string, results: number): Promise<void> {
  const store = await openSqliteStore(path, { mode: 'create' });
  const entries: SourceEntry[] = [];
  for await (const opened of openSources(['data/rseq'], { stdin: process.stdin })) {
    if (opened.entry === undefined) throw opened.error;
    entries.push(opened.entry);
  }
  const facts: NewEvent[] = [];
  for await (const { events } of factsImporter.read(entries, { hints: {}, known: noKnownNames }))
    facts.push(...events);
  await store.append(header, facts);
  const model = await loadModel(store);
  const tests = model.of('TestRecorded').map((e) => e.payload.test);
  const runs = Math.round(results / RESULTS_A_RUN);
  for (let first = 0; first < runs; first += 100)
    await store.append(
      header,
      Array.from({ length: Math.min(100, runs - first) }, (_, i) => run(first + i, model.graph.order, tests)),
    );
  // The read models catch up with the first question.
  await loadModel(store);
  await store.rows(runsByVersion);
  await store.close();
}

function run(number: number, releases: readonly string[], tests: readonly string[]): NewEvent {
  const hash = sha256(`run ${number}`);
  return newEvent({
    type: 'RunObserved',
    stream: `run/bench/${hash}`,
    knownAt: `2026-01-${String((number % 28) + 1).padStart(2, '0')}`,
    source: `sha256:${hash}`,
    locator: 'line 1',
    payload: {
      rev: 1,
      origin: 'bench',
      release: releases[number % releases.length]!,
      arch: ARCHS[Math.floor(number / releases.length) % ARCHS.length]!,
      results: Array.from({ length: RESULTS_A_RUN }, (_, i) => ({
        test: tests[i] ?? `bench.t${i}`,
        outcome: (i + number) % 97 === 0 ? 'fail' : 'pass',
      })),
    },
  });
}
