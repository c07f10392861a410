import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { temporaryFolder } from '../log/stores.ts';
import { numberOf } from '../options.ts';
import { questions, type Question } from './questions.ts';
import { shippedStore } from './store.ts';

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
  print(['command', 'first', 'again', 'with 10,000', 'ratio', 'aim']);
  let late = 0;
  for (const question of questions.filter((q) => q.command.includes(only))) {
    const [small = [], large = small] = await inTurn(
      sizes.map((size) => join(folder, `${size}.db`)),
      question,
    );
    const again = Math.min(...large.slice(1));
    const before = Math.min(...small.slice(1));
    if (large[0]! > question.aim) late += 1;
    print([
      question.command,
      `${large[0]!.toFixed(0)} ms`,
      `${again.toFixed(0)} ms`,
      `${before.toFixed(0)} ms`,
      (again / before).toFixed(2),
      `${question.aim} ms${large[0]! > question.aim ? (again > question.aim ? ', missed' : ', missed at first') : ''}`,
    ]);
  }
  console.log(
    `${results} results; ${late} of ${questions.length} questions above their aim when asked first`,
  );
}

async function inTurn(paths: readonly string[], { command }: Question): Promise<readonly number[][]> {
  const found: number[][] = [];
  for (const path of paths) {
    const tries: number[][] = [];
    // Other work on the machine only ever makes a first question slower: the faster of two engines is nearer.
    for (let i = 0; i < 2; i++) tries.push(await askIn(path, command));
    found.push(Array.from({ length: TIMES }, (_, i) => Math.min(...tries.map((t) => t[i]!))));
  }
  return found;
}

function askIn(path: string, command: string): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: { path, command, times: TIMES },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function print([what = '', ...rest]: readonly string[]): void {
  console.log(`${what.padEnd(50)} ${rest.map((text) => text.padStart(12)).join(' ')}`);
}
