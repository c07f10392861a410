import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EarlierReadings } from '../../cli/commands/earlier-readings.ts';
import { importFile } from '../../cli/commands/import-file.ts';
import { retractCommand } from '../../cli/commands/retract.ts';
import { noKnownNames, type ImportHints, type Importer } from '../../importers/importer.ts';
import { ResultRun, type RunFacts } from '../../importers/results/result-run.ts';
import { openSources } from '../../importers/source/open-sources.ts';
import { loadModel } from '../../queries/replay/load-model.ts';
import { rivalRuns } from '../../queries/results/rival-runs.ts';
import { loadResultsOf } from '../../queries/results/runs-by-version.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { openSqliteStore } from '../../store/sqlite/open.ts';
import { worldFor } from '../support/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'regline-readings-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = join(folder, 'results.log');
writeFileSync(file, 'what versions of an importer read differently\n');

/** What a version of the importer reads: runs with one result each. */
type Reading = readonly (readonly [test: string, outcome: Outcome, facts?: RunFacts])[];

function importer(version: number, reading: Reading): Importer {
  return {
    format: 'toy',
    version,
    says: 'a format of this test',
    unit: 'file',
    sniff: () => 0,
    async *read([entry], { hints }) {
      await Promise.resolve();
      const runs = reading.map(([test, outcome, facts], i) => {
        const run = new ResultRun(entry!, hints, facts, String(i));
        run.add({ test, outcome });
        return run.take(true)!;
      });
      yield { entry: entry!, events: runs };
    },
  };
}

let logs = 0;

/** A log into which versions of the importer take the same file. */
function aLog() {
  const db = join(folder, `log-${logs++}.db`);
  const world = worldFor(db);
  const open = () => openSqliteStore(db, { mode: 'create' });
  return {
    async take(version: number, reading: Reading, hints: ImportHints = {}, dryRun = false) {
      const store = await open();
      try {
        for await (const { entry } of openSources([file], { stdin: world.world.stdin })) {
          const earlier = () => EarlierReadings.of(store);
          const args = { type: 'toy', dryRun };
          const run = { world: world.world, args, store, hints, chosen: null, earlier };
          const context = { hints, known: noKnownNames };
          return (await importFile(run, importer(version, reading), entry!, context)).report;
        }
        throw new Error('nothing was opened');
      } finally {
        await store.close();
      }
    },
    /** The results of v6.19, and how many runs are said in two ways. */
    async says(asRecorded?: number) {
      const store = await open();
      try {
        const model = await loadModel(store, asRecorded === undefined ? {} : { asRecorded });
        const results = await loadResultsOf(store, model, 'v6.19');
        const told = results.map((r) => `${r.test} ${r.outcome} ${r.arch ?? '-'}`).sort();
        return { told, rivals: (await rivalRuns(store, model)).length };
      } finally {
        await store.close();
      }
    },
    async retractions() {
      const store = await open();
      try {
        const found: string[] = [];
        for await (const page of store.read({ types: ['EventRetracted'] }))
          for (const e of page) found.push(e.id);
        return found;
      } finally {
        await store.close();
      }
    },
    retract: (id: string) => retractCommand(world.world, { id, reason: 'the first reading was right' }),
  };
}

const at: RunFacts = { release: 'v6.19' };
const OLD: Reading = [
  ['a', 'fail', at],
  ['b', 'pass', at],
];
const NEW: Reading = [
  ['a', 'skip', at],
  ['b', 'pass', at],
];

describe('a file that an older version of an importer has read', () => {
  it('counts as the newer version reads it, once, and the older reading stays as history', async () => {
    const log = aLog();
    await log.take(1, OLD);
    expect(await log.take(2, NEW)).toMatchObject({ duplicates: 1, superseding: 1 });
    expect(await log.says()).toEqual({ told: ['a skip -', 'b pass -'], rivals: 0 });
    expect(await log.says(2)).toEqual({ told: ['a fail -', 'b pass -'], rivals: 0 });
    expect(await log.take(2, NEW)).toMatchObject({ new: 0 });
    expect(await log.take(1, OLD)).toMatchObject({ new: 0 });
    expect(await log.says()).toEqual({ told: ['a skip -', 'b pass -'], rivals: 0 });
  });

  it('is superseded, too, where the newer version finds out where it ran, or finds other runs in it', async () => {
    const log = aLog();
    await log.take(1, OLD);
    await log.take(2, [
      ['a', 'skip', { ...at, arch: 'arm64' }],
      ['b', 'pass', { release: 'v6.20' }],
    ]);
    expect((await log.says()).told).toEqual(['a skip arm64']);
    await log.take(3, [['c', 'pass', { release: 'v6.19', arch: 'x86_64' }]]);
    expect((await log.says()).told).toEqual(['c pass x86_64']);
  });

  it('keeps what was stated of the same bytes at another place', async () => {
    const log = aLog();
    await log.take(1, [['a', 'fail']], { release: 'v6.19', arch: 'arm64' });
    await log.take(1, [['a', 'fail']], { release: 'v6.19', arch: 'x86_64' });
    await log.take(2, [['a', 'skip']], { release: 'v6.19', arch: 'arm64' });
    expect((await log.says()).told).toEqual(['a fail x86_64', 'a skip arm64']);
    await log.take(2, [['a', 'skip']]);
    expect((await log.says()).told).toEqual(['a fail x86_64', 'a skip arm64']);
  });

  it('reads again as before when a version after that says so', async () => {
    const log = aLog();
    await log.take(1, OLD);
    await log.take(2, NEW);
    await log.take(3, OLD);
    expect(await log.says()).toEqual({ told: ['a fail -', 'b pass -'], rivals: 0 });
    await log.take(4, NEW);
    expect(await log.says()).toEqual({ told: ['a skip -', 'b pass -'], rivals: 0 });
  });

  it('leaves the older reading in the count where somebody takes the supersession back', async () => {
    const log = aLog();
    await log.take(1, [['a', 'fail', at]]);
    await log.take(2, [['c', 'skip', at]]);
    await log.retract((await log.retractions())[0]!);
    const both = ['a fail -', 'c skip -'];
    expect((await log.says()).told).toEqual(both);
    await log.take(3, [['c', 'skip', at]]);
    expect((await log.says()).told).toEqual(both);
  });

  it('changes nothing in a dry run', async () => {
    const log = aLog();
    await log.take(1, OLD);
    expect(await log.take(2, NEW, {}, true)).toMatchObject({ superseding: 1 });
    expect((await log.says()).told).toEqual(['a fail -', 'b pass -']);
  });
});
