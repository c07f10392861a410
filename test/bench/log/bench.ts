import { spawnSync } from 'node:child_process';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { noKnownNames } from '../../../importers/importer.ts';
import { ktapImporter } from '../../../importers/ktap/importer.ts';
import { openSources } from '../../../importers/source/open-sources.ts';
import { loadModel } from '../../../queries/load.ts';
import { table } from '../../../queries/table.ts';
import { timeline } from '../../../queries/timeline.ts';
import { numberOf } from '../options.ts';
import { runOfResults, report, RESULTS_A_RUN, seconds, storeWith, temporaryFolder } from './stores.ts';

/** Speed of the log: importing results, replaying them, reading logs, asking, starting. All ratios are of one run. */
export async function run(args: readonly string[]): Promise<void> {
  const folder = temporaryFolder();
  const results = numberOf(args, 'results', 1_000_000);
  report('what', 'measured', 'baseline', 'ratio', 'aim');
  await importing(folder, results);
  await asking(folder, results);
  await reading(folder, numberOf(args, 'log-mb', 100));
  starting();
}

async function importing(folder: string, results: number): Promise<void> {
  const plain = new Database(join(folder, 'plain.db'));
  plain.pragma('journal_mode = WAL');
  plain.pragma('synchronous = NORMAL');
  plain.exec('CREATE TABLE result (run TEXT, test TEXT, release TEXT, arch TEXT, outcome TEXT) STRICT');
  const insert = plain.prepare('INSERT INTO result VALUES (?, ?, ?, ?, ?)');
  const runs = Math.round(results / RESULTS_A_RUN);
  let began = performance.now();
  for (let first = 0; first < runs; first += 100) {
    plain.exec('BEGIN IMMEDIATE');
    for (let i = first; i < Math.min(runs, first + 100); i++) {
      const event = runOfResults(i);
      if (event.type !== 'RunObserved') continue;
      for (const r of event.payload.results)
        insert.run(event.source, r.test, event.payload.release, event.payload.arch, r.outcome);
    }
    plain.exec('COMMIT');
  }
  const baseline = seconds(began);
  plain.close();
  began = performance.now();
  const store = await storeWith(join(folder, 'log.db'), results);
  const ours = seconds(began);
  report(
    `import of ${results} results`,
    `${ours.toFixed(2)} s`,
    `${baseline.toFixed(2)} s`,
    (ours / baseline).toFixed(2),
    'below 1, 1M in 10 s',
  );
  report(
    '  results a second',
    String(Math.round(results / ours)),
    String(Math.round(results / baseline)),
    '',
    '',
  );

  began = performance.now();
  let events = 0;
  for await (const page of store.read({})) events += page.length;
  const replay = seconds(began);
  await store.close();
  const raw = new Database(join(folder, 'log.db'), { readonly: true });
  began = performance.now();
  let rows = 0;
  for (const row of raw.prepare('SELECT * FROM event ORDER BY position').iterate() as Iterable<{
    payload: string;
  }>) {
    JSON.parse(row.payload);
    rows += 1;
  }
  const bare = seconds(began);
  raw.close();
  if (rows !== events) throw new Error(`${rows} rows, ${events} events`);
  report(
    `replay of ${events} events`,
    `${replay.toFixed(2)} s`,
    `${bare.toFixed(2)} s`,
    (replay / bare).toFixed(2),
    '1.3',
  );
}

async function asking(folder: string, results: number): Promise<void> {
  const times = new Map<string, Map<number, number>>();
  for (const size of [...new Set([10_000, results])]) {
    const store = await storeWith(join(folder, `ask-${size}.db`), size);
    // The read model catches up with the first question.
    await loadModel(store);
    const measure = async (what: string, ask: () => Promise<unknown>) => {
      const tries: number[] = [];
      for (let i = 0; i < 5; i++) {
        const began = performance.now();
        await ask();
        tries.push(performance.now() - began);
      }
      const row = times.get(what) ?? new Map<number, number>();
      row.set(size, tries.sort((a, b) => a - b)[2]!);
      times.set(what, row);
    };
    await measure('a cell', async () =>
      table(await loadModel(store), { consumers: ['user'], archs: ['arm64'], releases: 'v6.7' }),
    );
    await measure('a timeline', async () => timeline(await loadModel(store), { consumers: ['user'] }));
    await measure('the whole table', async () => table(await loadModel(store), { releases: `v6.0..v6.39` }));
    await measure('the table as of a day', async () =>
      table(await loadModel(store, { asOf: '2026-01-14' }), { releases: `v6.0..v6.39` }),
    );
    await store.close();
  }
  for (const [what, row] of times) {
    const [small, large] = [row.get(10_000)!, row.get(results)!];
    report(
      `${what}, ${results} results`,
      `${large.toFixed(1)} ms`,
      `${small.toFixed(1)} ms`,
      (large / small).toFixed(2),
      'below 100 ms; baseline: 10,000 results',
    );
  }
}

async function reading(folder: string, megabytes: number): Promise<void> {
  const path = join(folder, 'large.log');
  const block = ['TAP version 13', '1..20'];
  for (let i = 1; i <= 20; i++) {
    block.push(`# selftests: net: case_${i}.sh`, `[  ${100 + i}.114218] usb 1-1: new device found`);
    for (let j = 0; j < 20; j++)
      block.push(`# step ${j} of case ${i}: 1500 packets sent, 1500 received, 0 lost`);
    block.push(
      `${i % 7 === 0 ? 'not ok' : 'ok'} ${i} selftests: net: case_${i}.sh${i % 7 === 0 ? ' # exit=1' : ''}`,
    );
  }
  const text = `${block.join('\n')}\n`;
  writeFileSync(path, text.repeat(Math.ceil((megabytes * 1e6) / text.length)));
  let began = performance.now();
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) lines += line === '' ? 0 : 1;
  const baseline = seconds(began);
  const before = process.memoryUsage.rss();
  began = performance.now();
  let results = 0;
  for await (const opened of openSources([path], { stdin: createReadStream('/dev/null') })) {
    if (opened.entry === undefined) throw opened.error;
    const context = { hints: {}, known: noKnownNames };
    for await (const { events } of ktapImporter.read([opened.entry], context))
      for (const event of events) if (event.type === 'RunObserved') results += event.payload.results.length;
  }
  const ours = seconds(began);
  report(
    `KTAP, ${megabytes} MB, ${lines} lines, ${results} results`,
    `${ours.toFixed(2)} s`,
    `${baseline.toFixed(2)} s`,
    (ours / baseline).toFixed(2),
    '3; baseline: node:readline',
  );
  report('  memory gained', `${Math.round((process.memoryUsage.rss() - before) / 1e6)} MB`, '', '', '');
}

function starting(): void {
  const time = (args: readonly string[]) => {
    const tries = Array.from({ length: 7 }, () => {
      const began = performance.now();
      spawnSync(process.execPath, args);
      return performance.now() - began;
    });
    return tries.sort((a, b) => a - b)[3]!;
  };
  const bare = time(['-e', '0']);
  for (const [what, args] of [
    ['start-up of --help', ['dist/cli/main.js', '--help']],
    ['start-up of a query (no log)', ['dist/cli/main.js', 'culprits', '--db', '/nonexistent/x.db']],
  ] as const) {
    const ours = time(args);
    report(
      what,
      `${ours.toFixed(0)} ms`,
      `${bare.toFixed(0)} ms`,
      (ours / bare).toFixed(2),
      'baseline: node -e 0',
    );
  }
}
