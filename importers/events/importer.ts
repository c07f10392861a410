import { EventLineError, readEventLine } from '../../store/event-line.ts';
import { InputError } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { LongRecord, records } from './records.ts';

/** Events are handed on when there are so many. */
const PAGE = 1000;

/**
 * Reads events as `regline export` writes them, one a line. Each line carries the id that its content gives, and is
 * refused with its number when it does not; then nothing of the file is taken, for a log has no half.
 */
export const eventsImporter: Importer = {
  format: 'events',
  version: 1,
  says: 'events of another log, as regline export writes them',
  unit: 'file',
  sniff: (head) => (/^\s*\{"id":"[0-9a-f]{64}","type":"[A-Za-z]+","version":\d/.test(head) ? 0.99 : 0),
  async *read(entries, context) {
    for (const entry of entries) yield* readEvents(entry, context);
  },
};

async function* readEvents(entry: SourceEntry, { progress }: ImportContext): AsyncGenerator<Produced> {
  const refuse = (message: string, line: number) =>
    new InputError([{ severity: 'error', message, place: { file: entry.name, line } }]);
  let events: NewEvent[] = [];
  let read = 0;
  try {
    for await (const { text, number } of records(entry.bytes())) {
      read += Buffer.byteLength(text) + 1;
      if (text.trim() === '') continue;
      try {
        events.push(readEventLine(text));
      } catch (error) {
        throw error instanceof EventLineError ? refuse(error.message, number) : error;
      }
      if (events.length < PAGE) continue;
      progress?.(read);
      yield { entry, events };
      events = [];
    }
  } catch (error) {
    throw error instanceof LongRecord ? refuse(error.message, error.line) : error;
  }
  yield { entry, events };
}
