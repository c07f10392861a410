import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noKnownNames } from '../../../importers/importer.ts';
import { kcidbImporter } from '../../../importers/kcidb/importer.ts';
import { openSources } from '../../../importers/source/open-sources.ts';
import { report, temporaryFolder } from '../log/stores.ts';
import { numberOf } from '../options.ts';

/**
 * Speed of submissions to KCIDB: `--files N` files of `--kb N` on average (sizes as KernelCI's: most are small, few hold
 * nearly all), or the real ones of `--folder DIR`. Processor time, so that a busy machine shows less.
 */
export async function run(args: readonly string[]): Promise<void> {
  const folder = temporaryFolder();
  const given = args.indexOf('--folder');
  const files =
    given < 0
      ? made(folder, numberOf(args, 'files', 500), numberOf(args, 'kb', 360))
      : readdirSync(args[given + 1]!).map((name) => join(args[given + 1]!, name));
  report('what', 'measured', 'baseline', 'ratio', 'aim');
  const parse = () => {
    for (const file of files) JSON.parse(readFileSync(file, 'utf8'));
    return Promise.resolve();
  };
  const read = async () => {
    for await (const { entry } of openSources(files)) {
      if (entry === undefined) continue;
      for await (const page of kcidbImporter.read([entry], { hints: {}, known: noKnownNames }))
        if (page.events.length > 1e6) throw new Error('a page is bounded');
    }
  };
  // Once to warm both up; what is compiled late would count for whoever comes first.
  await parse();
  await read();
  const [baseline, ours] = [await secondsOf(parse), await secondsOf(read)];
  report(
    `${files.length} submissions opened, checked and read`,
    `${ours.toFixed(2)} s`,
    `${baseline.toFixed(2)} s of JSON.parse`,
    (ours / baseline).toFixed(2),
    '2.5',
  );
  for (const [which, aim] of [
    ['first', '3 s'],
    ['second', '1 s'],
  ] as const)
    report(`the command, ${which} import`, `${command(folder, files).toFixed(2)} s`, '', '', aim);
}

/** Processor seconds that some work took. */
async function secondsOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function command(folder: string, files: readonly string[]): number {
  const began = performance.now();
  const args = ['dist/cli/main.js', 'import', 'kcidb', ...files, '--db', join(folder, 'log.db')];
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`the import ended with ${status}`);
  return (performance.now() - began) / 1000;
}

/** Writes submissions: one in ten holds nine tenths of the bytes. */
function made(folder: string, count: number, meanKb: number): readonly string[] {
  const inside = join(folder, 'submissions');
  mkdirSync(inside);
  return Array.from({ length: count }, (_, n) => {
    const kb = n % 10 === 0 ? meanKb * 9 : meanKb / 9;
    const tests = Math.max(1, Math.round(kb / 8));
    const file = join(inside, `${n}.json`);
    writeFileSync(
      file,
      JSON.stringify({
        version: { major: 5, minor: 3 },
        checkouts: [],
        builds: [
          {
            id: `ci:b${n}`,
            origin: 'ci',
            checkout_id: `ci:c${n % 50}`,
            architecture: 'arm64',
            status: 'PASS',
          },
        ],
        tests: Array.from({ length: tests }, (_, t) => testOf(n, t)),
      }),
    );
    return file;
  });
}

const STATUSES = ['PASS', 'PASS', 'PASS', 'SKIP', 'FAIL'];
const LINE = '[   12.345678] systemd[1]: Created slice system-getty.slice - Slice /system/getty.\n';

function testOf(n: number, t: number): object {
  return {
    id: `ci:t${n}-${t}`,
    origin: 'ci',
    build_id: `ci:b${n}`,
    path: `kselftest.collection${t % 40}.program_${t % 400}_case_${t}`,
    status: STATUSES[t % 5],
    start_time: `2025-07-19T07:${String(t % 60).padStart(2, '0')}:46.172000+00:00`,
    log_url: `https://files.example.org/${n}/${t}/log.txt.gz`,
    log_excerpt: LINE.repeat(90),
    environment: { comment: 'Runtime: lab', misc: { platform: `board-${n % 30}` } },
    misc: { arch: 'arm64', runtime: 'lab' },
    output_files: [{ name: 'callback', url: `https://files.example.org/${n}/${t}/callback.json.gz` }],
  };
}
