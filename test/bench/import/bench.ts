import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { noKnownNames, type Importer } from '../../../importers/importer.ts';
import { importerNamed } from '../../../importers/formats/registry.ts';
import { openSources } from '../../../importers/source/open-sources.ts';
import { report, seconds, temporaryFolder } from '../log/stores.ts';
import { numberOf } from '../options.ts';
import {
  boot,
  junitSuite,
  kselftestRun,
  lavaConsole,
  mail,
  submission,
  submissionBlock,
  writeRepeated,
} from './inputs.ts';

const MEGABYTE = 1e6;
/** Submissions of KernelCI come in all sizes: the tenths of those that this was tried on, by how many tests they hold. */
const TESTS_A_SUBMISSION = [1, 2, 3, 6, 10, 25, 35, 40, 105, 900];
const SUBMISSIONS = 500;

/**
 * Speed of the importers, as ratios of one run: against reading the lines, or `JSON.parse` of the same bytes. With
 * `--rss-mb N` also the most memory that the import of inputs of that size takes, in a process of its own each.
 */
export async function run(args: readonly string[]): Promise<void> {
  const folder = temporaryFolder();
  const megabytes = numberOf(args, 'mb', 100);
  report('what', 'measured', 'baseline', 'ratio', 'aim');
  const logs: readonly Input[] = [
    { format: 'ktap', block: kselftestRun, aim: '3; baseline: node:readline' },
    { format: 'mail', block: mail, aim: '3; baseline: node:readline' },
    { format: 'lava', block: lavaConsole, aim: '3; baseline: node:readline' },
    { format: 'bootlog', block: boot, aim: '3; baseline: node:readline' },
    { format: 'junit', block: junitSuite, end: '</testsuites>\n', aim: 'none; baseline: node:readline' },
  ];
  for (const input of logs) {
    const { format, aim } = input;
    const path = join(folder, `${format}.txt`);
    write(path, megabytes, input);
    await measure(`${format}, ${megabytes} MB`, format, [path], () => readLines(path), aim);
  }
  await submissions(folder);
  const large = numberOf(args, 'rss-mb', 0);
  if (large === 0) return;
  for (const input of [...logs, { format: 'kcidb', block: submissionBlock, end: ']}' }]) {
    const path = join(folder, `${input.format}.txt`);
    write(path, large, input);
    memory(`${input.format}, ${large} MB: most memory`, input.format, path);
    writeFileSync(path, '');
  }
  const line = join(folder, 'line.txt');
  const piece = 'x'.repeat(MEGABYTE);
  writeRepeated(line, large * MEGABYTE, (number) => (number === 0 ? kselftestRun() : piece));
  memory(`one line of ${large} MB: most memory`, 'ktap', line);
}

/** An input of any size: blocks, and what ends it. */
interface Input {
  readonly format: string;
  readonly block: (number: number) => string;
  readonly end?: string;
  readonly aim?: string;
}

function write(path: string, megabytes: number, { block, end = '' }: Input): void {
  writeRepeated(path, megabytes * MEGABYTE, block);
  appendFileSync(path, end);
}

async function measure(
  what: string,
  format: string,
  paths: readonly string[],
  baseline: () => Promise<void> | void,
  aim = '',
): Promise<void> {
  let began = performance.now();
  await baseline();
  const plain = seconds(began);
  began = performance.now();
  await readEvents(importerNamed(format)!, paths);
  const ours = seconds(began);
  report(what, `${ours.toFixed(2)} s`, `${plain.toFixed(2)} s`, (ours / plain).toFixed(2), aim);
}

async function readLines(path: string): Promise<void> {
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) lines += line === '' ? 0 : 1;
  if (lines === 0) throw new Error(`${path} is empty`);
}

/** Makes the events of files, as an import does before it hands them to the log. */
export async function readEvents(importer: Importer, paths: readonly string[]): Promise<number> {
  let events = 0;
  for await (const opened of openSources(paths)) {
    if (opened.entry === undefined) throw opened.error;
    for await (const page of importer.read([opened.entry], { hints: {}, known: noKnownNames }))
      events += page.events.length;
  }
  return events;
}

async function submissions(folder: string): Promise<void> {
  const root = join(folder, 'submissions');
  mkdirSync(root);
  for (let i = 0; i < SUBMISSIONS; i++)
    writeFileSync(join(root, `${i}.json`), submission(i, TESTS_A_SUBMISSION[i % TESTS_A_SUBMISSION.length]!));
  const paths = readdirSync(root).map((name) => join(root, name));
  const size = Math.round(paths.reduce((sum, path) => sum + statSync(path).size, 0) / MEGABYTE);
  const parse = () => {
    for (const path of paths) JSON.parse(readFileSync(path, 'utf8'));
  };
  await measure(
    `kcidb, ${SUBMISSIONS} files, ${size} MB`,
    'kcidb',
    paths,
    parse,
    '2.5; baseline: JSON.parse',
  );
  const db = join(folder, 'submissions.db');
  for (const [what, aim] of [
    ['  imported by the command', '3 s'],
    ['  the same again', '1 s'],
  ] as const) {
    const began = performance.now();
    regline(['import', 'kcidb', root, '--db', db]);
    report(what, `${seconds(began).toFixed(2)} s`, '', '', aim);
  }
}

/** Runs the built command; gives what it wrote to its error stream. */
function regline(args: readonly string[], before: readonly string[] = []): string {
  const { status, stderr } = spawnSync(process.execPath, [...before, 'dist/cli/main.js', ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`regline ${args.join(' ')}: ${stderr}`);
  return stderr;
}

const TELL_MEMORY =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(`rss ${process.resourceUsage().maxRSS}\\n`))';

function memory(what: string, format: string, path: string): void {
  const began = performance.now();
  const said = regline(['import', format, path, '--dry-run'], ['--import', TELL_MEMORY]);
  const kilobytes = Number(/^rss (\d+)$/m.exec(said)?.[1]);
  report(what, `${Math.round(kilobytes / 1000)} MB`, `${seconds(began).toFixed(1)} s`, '', 'bounded');
}
