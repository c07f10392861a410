import type { ImportHints, Importer, SourceEntry } from '../../importers/importer.ts';
import { READING_VERSION } from '../../importers/source/reading.ts';
import type { Diagnostic } from '../../store/errors.ts';
import type { EventStore } from '../../store/event-store.ts';
import { TOOL } from '../version.ts';
import type { Counts } from './import-report.ts';

/** What an import of a file came to; all its events are in the log, and stay there. */
export interface Memo {
  readonly events: number;
  readonly counts: Counts;
  readonly warnings: readonly Diagnostic[];
}

/** Everything that decides what becomes of a file that stands alone. */
function keyOf(importer: Importer, entry: SourceEntry, hints: ImportHints): string {
  const { format, version } = importer;
  return JSON.stringify([TOOL, READING_VERSION, format, version, entry.sha256, entry.name, hints]);
}

/** Remembers what an import came to, so that the same file need not be read again. */
export async function remember(
  store: EventStore,
  importer: Importer,
  entry: SourceEntry,
  hints: ImportHints,
  memo: Memo,
): Promise<void> {
  await store.notes?.write(keyOf(importer, entry, hints), JSON.stringify(memo));
}

/** What the same import came to before; null where nobody remembers. */
export async function recall(
  store: EventStore,
  importer: Importer,
  entry: SourceEntry,
  hints: ImportHints,
): Promise<Memo | null> {
  const text = (await store.notes?.read(keyOf(importer, entry, hints))) ?? null;
  return text === null ? null : (JSON.parse(text) as Memo);
}
