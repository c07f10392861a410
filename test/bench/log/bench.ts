import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Connection } from '../../../store/sqlite/connection.ts';
import { loadModel } from '../../../queries/replay/load-model.ts';
import { table } from '../../../queries/tables/table.ts';
import { timeline } from '../../../queries/tables/timeline.ts';
import { numberOf } from '../options.ts';
import { runOfResults, report, RESULTS_A_RUN, seconds, storeWith, temporaryFolder } from './stores.ts';

/** Speed of the log: importing results, replaying them, asking, starting. All ratios are of one run. */
export async function run(args: readonly string[]): Promise<void> {
  const folder = temporaryFolder();
  const results = numberOf(args, 'results', 1_000_000);
  report('what', 'measured', 'baseline', 'ratio', 'aim');
  await importing(folder, results);
  await asking(folder, results);
  starting();
}

async function importing(folder: string, results: number): Promise<void> {
  const plain = new Connection(join(folder, 'plain.db'));
  plain.set('journal_mode = WAL');
  plain.set('synchronous = NORMAL');
  plain.exec('CREATE TABLE result (run TEXT, test TEXT, release TEXT, arch TEXT, outcome TEXT) STRICT');
  const insert = plain.rows('INSERT INTO result VALUES (?, ?, ?, ?, ?)');
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

  const raw = new Connection(join(folder, 'log.db'), { readonly: true });
  // In turn, so that neither has the file read into memory for it by the other; the faster of each counts.
  let [replay, bare, events] = [Infinity, Infinity, 0];
  for (let turn = 0; turn < 2; turn++) {
    began = performance.now();
    let rows = 0;
    for (const row of raw.rows('SELECT * FROM event ORDER BY position').iterate() as Iterable<{
      payload: string;
    }>) {
      JSON.parse(row.payload);
      rows += 1;
    }
    bare = Math.min(bare, seconds(began));
    began = performance.now();
    events = 0;
    for await (const page of store.read({})) events += page.length;
    replay = Math.min(replay, seconds(began));
    if (rows !== events) throw new Error(`${rows} rows, ${events} events`);
  }
  raw.close();
  await store.close();
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
