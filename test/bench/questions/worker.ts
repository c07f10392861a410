import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteStore } from '../../../store/sqlite/open.ts';
import { questions } from './questions.ts';

/** Asks one question in an engine of its own: the first time nothing is compiled yet, as in a command. */
const { path, command, times } = workerData as { path: string; command: string; times: number };
const question = questions.find((q) => q.command === command)!;
const store = await openSqliteStore(path, { mode: 'write' });
const taken: number[] = [];
for (let i = 0; i < times; i++) {
  const began = performance.now();
  await question.ask(store);
  taken.push(performance.now() - began);
}
await store.close();
parentPort!.postMessage(taken);
