import { existsSync, readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteStore } from '../../../store/sqlite/open.ts';
import { expectShortLife } from '../../../cli/short-life.ts';
import { questions } from './questions.ts';

/** What a worker is to do: to ask a question so often, from what is kept or anew. */
export interface Task {
  readonly path: string;
  readonly command: string;
  readonly times: number;
  readonly anew: boolean;
}

/** Asks one question in an engine of its own: the first time nothing is compiled yet, as in a command. */
expectShortLife();
const { path, command, times, anew } = workerData as Task;
const question = questions.find((q) => q.command === command)!;
const store = await openSqliteStore(path, { mode: 'write' });
const taken: number[] = [];
for (let i = 0; i < times; i++) {
  const began = spent();
  await (anew ? question.anew!(store) : question.ask(store));
  taken.push(spent() - began);
}
await store.close();
parentPort!.postMessage(taken);

/**
 * Milliseconds of processor time of this thread, as Linux counts them: what the clock shows on a machine that does nothing else. Elsewhere
 * the clock.
 */
function spent(): number {
  const file = '/proc/thread-self/schedstat';
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ', 1)[0]) / 1e6 : performance.now();
}
