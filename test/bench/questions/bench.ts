import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { temporaryFolder } from '../log/stores.ts';
import { numberOf } from '../options.ts';
import { questions, type Question } from './questions.ts';
import { shippedStore } from './store.ts';
import type { Task } from './worker.ts';

/** How often a question is asked in one engine; the first time is told apart. */
const TIMES = 6;

/**
 * Every question of the commands, in process, on the shipped data with few and with many results. `first` is the first
 * question of a fresh engine (nothing compiled), `again` the fastest of the next ones; each replays the statements anew. Told is the
 * processor time of the thread that answers, where the system counts it.
 */
export async function run(args: readonly string[]): Promise<void> {
  const folder = temporaryFolder();
  const results = numberOf(args, 'results', 1_000_000);
  const sizes = [...new Set([10_000, results])];
  for (const size of sizes) await shippedStore(join(folder, `${size}.db`), size);
  const at = args.indexOf('--only');
  const only = at < 0 ? '' : args[at + 1]!;
  const paths = sizes.map((size) => join(folder, `${size}.db`));
  print(['command', 'first', 'again', 'with 10,000', 'ratio', 'aim']);
  let late = 0;
  for (const question of questions.filter((q) => q.command.includes(only))) {
    if (question.anew !== undefined) {
      const { cells } = told(await inTurn(paths, question, true));
      print([`${question.command}, once after the log has grown`, ...cells, '']);
    }
    const { cells, first, again } = told(await inTurn(paths, question, false));
    if (first > question.aim) late += 1;
    const missed = first <= question.aim ? '' : again > question.aim ? ', missed' : ', missed at first';
    print([question.command, ...cells, `${question.aim} ms${missed}`]);
  }
  console.log(
    `${results} results; ${late} of ${questions.length} questions above their aim when asked first`,
  );
}

function told([small = [], large = small]: readonly number[][]): {
  readonly cells: readonly string[];
  readonly first: number;
  readonly again: number;
} {
  const first = large[0]!;
  const again = Math.min(...large.slice(1));
  const before = Math.min(...small.slice(1));
  const inMs = [first, again, before].map((ms) => `${ms.toFixed(0)} ms`);
  // The system counts processor time in steps of up to 4 ms.
  return { cells: [...inMs, before < 4 ? '' : (again / before).toFixed(2)], first, again };
}

async function inTurn(
  paths: readonly string[],
  { command, anew }: Question,
  isAnew: boolean,
): Promise<readonly number[][]> {
  const found: number[][] = [];
  for (const path of paths) {
    // What is kept is there before it is measured.
    if (anew !== undefined && !isAnew) await askIn({ path, command, times: 1, anew: false });
    const tries: number[][] = [];
    // Other work on the machine only ever makes a first question slower: the faster of two engines is nearer.
    for (let i = 0; i < 2; i++) tries.push(await askIn({ path, command, times: TIMES, anew: isAnew }));
    found.push(Array.from({ length: TIMES }, (_, i) => Math.min(...tries.map((t) => t[i]!))));
  }
  return found;
}

function askIn(task: Task): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: task });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function print([what = '', ...rest]: readonly string[]): void {
  console.log(`${what.padEnd(50)} ${rest.map((text) => text.padStart(12)).join(' ')}`);
}
