import { refusedFile } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportContext, Line, Produced, SourceEntry } from '../importer.ts';
import { LogReader } from '../ktap/log-reader.ts';
import { stampOf } from '../console/printk-prefix.ts';
import { SignalRuns } from './signal-runs.ts';

/** Reads lines of a page, from one on, until events are ready or the lines are done; gives where it stopped. */
function readPage(ktap: LogReader, signals: SignalRuns, page: readonly Line[], from: number): number {
  let at = from;
  while (at < page.length) {
    const line = page[at++]!;
    const stamp = stampOf(line);
    ktap.read(line, stamp);
    signals.read(line, stamp);
    if (ktap.isFull || signals.isFull) break;
  }
  return at;
}

/**
 * Reads the console of a job that LAVA ran. Where it shows KTAP, that is what counts, and the signals that repeat a
 * result of it are left out; signals that say something else are results, and those that cannot be read are rejected.
 *
 * @throws InputError when there is neither.
 */
export async function* readConsole(
  entry: SourceEntry,
  { hints, progress }: ImportContext,
): AsyncGenerator<Produced> {
  const signals = new SignalRuns(entry, hints);
  const ktap = new LogReader(entry, hints, (test) => {
    signals.tellBy(test);
  });
  // A run of KTAP without a result only says how the kernel died.
  const take = (): readonly NewEvent[] => [
    ...ktap.take().filter((event) => event.type !== 'RunObserved' || event.payload.results.length > 0),
    ...signals.take(),
  ];
  for await (const page of entry.lines().pages()) {
    for (let at = 0; at < page.length;) {
      at = readPage(ktap, signals, page, at);
      if (ktap.isFull || signals.isFull) yield { entry, events: take() };
    }
    progress?.(page.at(-1)?.offset ?? 0);
  }
  ktap.finish();
  signals.finish();
  if (!signals.found && ktap.results === 0)
    throw refusedFile(entry.name, 'no signal of LAVA on this console');
  yield { entry, events: take(), warnings: entry.cutLines };
}
