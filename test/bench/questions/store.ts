import { codeId } from '../../../cli/code-id.ts';
import { factsImporter } from '../../../importers/facts/importer.ts';
import { noKnownNames, type SourceEntry } from '../../../importers/importer.ts';
import { openSources } from '../../../importers/source/open-sources.ts';
import { loadWithRegressions } from '../../../queries/kept/load-kept.ts';
import { loadModel } from '../../../queries/replay/load-model.ts';
import { runsByVersion } from '../../../queries/results/runs-by-version.ts';
import { testRuns } from '../../../queries/results/test-runs.ts';
import { testsSeenModel } from '../../../queries/results/tests-seen.ts';
import type { NewEvent } from '../../../store/events/event.ts';
import { openSqliteStore } from '../../../store/sqlite/open.ts';
import { header, RESULTS_A_RUN, runOfResults, type RunPlace } from '../log/stores.ts';

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
      Array.from({ length: Math.min(100, runs - first) }, (_, i) =>
        runOfResults(first + i, placeOf(first + i, model.graph.order, tests)),
      ),
    );
  // The read models catch up with the first question, and what nearly every question takes is kept.
  await loadWithRegressions(store, {}, codeId());
  await store.rows(runsByVersion);
  await store.rows(testRuns);
  await store.rows(testsSeenModel);
  await store.close();
}

function placeOf(number: number, releases: readonly string[], tests: readonly string[]): RunPlace {
  return {
    release: releases[number % releases.length]!,
    arch: ARCHS[Math.floor(number / releases.length) % ARCHS.length]!,
    test: (index) => tests[index] ?? `bench.t${index}`,
  };
}
