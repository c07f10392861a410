import type { NewEvent } from '../../store/events/event.ts';
import type { ImportHints, Produced, SourceEntry } from '../importer.ts';
import { rejected } from '../results/result-run.ts';

/** A file is given this many rejects whatever its size, and never more than that. */
const LEAST = 1000;
const MOST = 100_000;
/** Besides, one for so many of its bytes: a list of nothing but brackets has a piece in three, and each is kept with its place and reason. */
const BYTES_A_REJECT = 100;

/** How many rejects of a file are kept one by one. */
export function rejectsOf({ sizeBytes }: Pick<SourceEntry, 'sizeBytes'>): number {
  return Math.min(MOST, Math.max(LEAST, Math.floor(sizeBytes / BYTES_A_REJECT)));
}

/**
 * Keeps the rejects of a file in proportion to it: beyond that they are counted, and told by one reject with their number. A file that is
 * made to hold nothing that can be read would otherwise fill the disk, with 180 times its length.
 */
export async function* withFewRejects(
  produced: AsyncIterable<Produced>,
  entry: SourceEntry,
  format: string,
  hints: ImportHints,
): AsyncGenerator<Produced> {
  const most = rejectsOf(entry);
  let rejects = 0;
  const keep = ({ type }: NewEvent) => type !== 'RecordRejected' || ++rejects <= most;
  for await (const page of produced) yield { ...page, events: page.events.filter(keep) };
  if (rejects <= most) return;
  const reason = `${rejects - most} more pieces of this file could not be read either: only the first ${most} are kept one by one`;
  yield { entry, events: [rejected(entry, format, hints, { key: 'more', reason, excerpt: '' })] };
}
