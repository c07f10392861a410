import type { NewEvent } from '../../store/events/event.ts';
import { cleanLine, isClean } from './clean-line.ts';
import type { ImportContext, Line, Produced, SourceEntry } from '../importer.ts';
import type { ResultRun } from '../results/result-run.ts';

/** Takes the lines of a log that is nothing but one run of tests. */
export interface LineResults {
  readonly run: ResultRun;
  /** What could not be read so far, and what contradicts itself: whoever tells it takes it out. */
  readonly rejects: NewEvent[];
  /** Takes a line: its text without colours and without what a console puts before it, and the line as it lies there. */
  read(text: string, line: Line): void;
  /** The log ends. */
  end(): void;
}

/** So many rejects are handed on at once. */
const PAGE = 1000;

/**
 * Reads a log of one run line by line, and tells its results in parts where there are many.
 *
 * @param missing what to say where there is no result.
 * @throws InputError where the log held no result.
 */
export async function* readLineResults(
  entry: SourceEntry,
  { progress }: ImportContext,
  reader: LineResults,
  missing: string,
): AsyncGenerator<Produced> {
  for await (const line of entry.lines()) {
    const whole = line.text.endsWith('\r') ? line.text.slice(0, -1) : line.text;
    reader.read(isClean(whole, line.controls) ? whole : cleanLine(whole, line.controls)[0]!.text, line);
    const part = reader.run.isFull ? [reader.run.take(false)!] : [];
    if (part.length > 0 || reader.rejects.length >= PAGE) {
      progress?.(line.offset);
      yield { entry, events: [...part, ...reader.rejects.splice(0)] };
    }
  }
  reader.end();
  yield { entry, events: [...reader.run.end(missing), ...reader.rejects], warnings: entry.cutLines };
}

const COMMAND = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \S/;

/** When a command began that 0-day's lab writes into a log (`2022-08-01 18:10:39 ./run_tests.sh`); null for another line. */
export function commandTime(line: string): string | null {
  return COMMAND.exec(line)?.[1] ?? null;
}
