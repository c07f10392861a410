import { refusedFile } from '../../store/errors.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { holds, mayBeConsole } from '../console/console-head.ts';
import { readCallback } from './callback.ts';
import { readConsole } from './console.ts';
import { FORMAT, LavaJob } from './job.ts';
import { isCallback, isItems, SIGNAL } from './sniff.ts';
import { isTapOfJob, readTapOfJob } from './tap.ts';

/**
 * Reads what LAVA leaves of a job: its log or its results in YAML, its results as TAP, the callback that it sends, and the console
 * with the signals that its shell prints. The suite `lava` is what the lab says of itself, and counts in no timeline.
 */
export const lavaImporter: Importer = {
  format: FORMAT,
  version: 11,
  says: 'a job of LAVA: its log or results in YAML, its callback in JSON, its console with signals',
  unit: 'file',
  comesWithOthers: () => true,
  sniff(head) {
    if (isCallback(head)) return 0.9;
    if (isTapOfJob(head)) return 0.97;
    return isItems(head) ? 0.95 : mayBeConsole(head) ? 0.1 : 0;
  },
  async look(entry) {
    const head = Buffer.from(entry.head).toString('utf8');
    if (isCallback(head) || isItems(head)) return 0.95;
    if (isTapOfJob(head)) return 0.97;
    return (await holds(entry, SIGNAL)) ? 0.97 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) {
      const head = Buffer.from(entry.head).toString('utf8');
      if (/^\s*\{/.test(head)) yield await readCallback(entry, context);
      else if (isItems(head)) yield* readItems(entry, context);
      else if (isTapOfJob(head)) yield await readTapOfJob(entry, context);
      else yield* readConsole(entry, context);
    }
  },
};

async function* readItems(entry: SourceEntry, context: ImportContext): AsyncGenerator<Produced> {
  const job = new LavaJob(entry, context.hints);
  for await (const page of entry.lines().pages()) {
    for (const line of page) {
      job.readLine(line);
      if (job.isFull) yield { entry, events: job.events(false) };
    }
    context.progress?.(page.at(-1)?.offset ?? 0);
  }
  job.finishLines();
  if (job.entries === 0) throw refusedFile(entry.name, 'no entry of a log or of results of LAVA');
  yield { entry, events: job.events(true), warnings: entry.cutLines };
}
