import { existsSync, readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteStore } from '../../../store/sqlite/open.ts';
import { expectShortLife } from '../../../cli/short-life.ts';
import { questions } from './questions.ts';

/** Asks one question in an engine of its own: the first time nothing is compiled yet, as in a command. */
expectShortLife();
const { path, command, times } = workerData as { path: string; command: string; times: number };
const question = questions.find((q) => q.command === command)!;
const store = await openSqliteStore(path, { mode: 'write' });
const taken: number[] = [];
for (let i = 0; i < times; i++) {
  const began = spent();
  await question.ask(store);
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
