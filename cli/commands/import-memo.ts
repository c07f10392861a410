import type { ImportHints, Importer, SourceEntry } from '../../importers/importer.ts';
import { READING_VERSION } from '../../importers/source/reading.ts';
import type { Diagnostic } from '../../store/errors.ts';
import type { EventStore } from '../../store/event-store.ts';
import { TOOL } from '../version.ts';
import { importers } from '../../importers/formats/registry.ts';
import type { Counts, FileReport } from './import-report.ts';

/** A file, the importer that reads it, and what it is told besides. */
export interface ReadFile {
  readonly importer: Importer;
  readonly entry: SourceEntry;
  readonly hints: ImportHints;
}

/** What an import of a file came to; all its events are in the log, and stay there. */
export interface Memo {
  readonly events: number;
  readonly counts: Counts;
  readonly warnings: readonly Diagnostic[];
}

/** Everything that decides what becomes of a file that stands alone. */
function keyOf({ importer: { format, version }, entry, hints }: ReadFile): string {
  return JSON.stringify([TOOL, READING_VERSION, format, version, entry.sha256, entry.name, hints]);
}

/** Remembers what an import came to, so that the same file need not be read again. */
export async function remember(store: EventStore, read: ReadFile, memo: Memo): Promise<void> {
  await store.notes?.write?.(keyOf(read), JSON.stringify(memo));
}

/** What the same import came to before; null where nobody remembers. */
export async function recall(store: EventStore, read: ReadFile): Promise<Memo | null> {
  const text = (await store.notes?.read(keyOf(read))) ?? null;
  return text === null ? null : (JSON.parse(text) as Memo);
}

/** What an import of a file came to with all that lies in it, and all that it was read as besides. */
export interface WholeMemo {
  readonly reports: readonly FileReport[];
  readonly warnings: readonly Diagnostic[];
}

/** What lies in a file, and what it holds besides, may be of any format: a newer importer of any may read it otherwise. */
function keyOfWhole(read: ReadFile, isTold: boolean): string {
  const versions = importers.map(({ format, version }) => `${format}/${version}`);
  return JSON.stringify(['whole', keyOf(read), isTold, versions]);
}

/** Remembers what came of a file and of all that lies in it. `isTold`: the format was told from the content. */
export async function rememberWhole(
  store: EventStore,
  read: ReadFile,
  isTold: boolean,
  memo: WholeMemo,
): Promise<void> {
  await store.notes?.write?.(keyOfWhole(read, isTold), JSON.stringify(memo));
}

/** What the same import of a whole file came to before, as it is now that nothing of it is new; null where nobody remembers. */
export async function recallWhole(
  store: EventStore,
  read: ReadFile,
  isTold: boolean,
): Promise<WholeMemo | null> {
  const text = (await store.notes?.read(keyOfWhole(read, isTold))) ?? null;
  if (text === null) return null;
  const { reports, warnings } = JSON.parse(text) as WholeMemo;
  const known = reports.map((report) => ({ ...report, new: 0, duplicates: report.events, superseding: 0 }));
  return { reports: known, warnings };
}
