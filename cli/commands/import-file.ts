import { eventsImporter } from '../../importers/events/importer.ts';
import { withFewRejects } from '../../importers/formats/few-rejects.ts';
import type { Enclosed, ImportContext, Importer, SourceEntry } from '../../importers/importer.ts';
import type { Diagnostic } from '../../store/errors.ts';
import type { BatchHeader } from '../../store/event-store.ts';
import { PayloadError } from '../../store/events/catalogue.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { World } from '../context.ts';
import { tell } from '../output/diagnostic.ts';
import { progressBar } from '../output/progress.ts';
import { fit, safeText } from '../output/safe-text.ts';
import type { NewerReading } from './earlier-readings.ts';
import { recall, remember, type Memo } from './import-memo.ts';
import { count, emptyCounts, reportOf, type Counts, type FileReport } from './import-report.ts';
import { batchHeader, type ImportRun } from './import-run.ts';
import { insteadOfRefused } from './instead-of-refused.ts';

/** What a file of more bytes takes, without a pause in which a signal would be heard, is longer than anybody waits after Ctrl-C. */
const LONG_WORK_BYTES = 16 * 1024 * 1024;

/** What became of a file, and what is to be imported after it. */
export interface ImportedFile {
  readonly report: FileReport;
  readonly warnings: readonly Diagnostic[];
  readonly enclosed: readonly Enclosed[];
}

/** Takes a file in page by page: its events are never all in memory, and all of them are one transaction. */
export async function importFile(
  run: ImportRun,
  importer: Importer,
  entry: SourceEntry,
  context: ImportContext,
): Promise<ImportedFile> {
  const { world, args, store } = run;
  const read = { importer, entry, hints: context.hints };
  const told = await recall(store, read);
  if (told !== null) return asRemembered(world, importer, entry, told);
  const header = batchHeader(world, importer, entry.name, entry.sha256);
  const bar = await progressBar(world, safeText(fit(entry.name, 40)), entry.sizeBytes);
  const progress = (bytes: number) => {
    bar.update(bytes);
  };
  const pages = new FilePages(world, importer, entry, { ...context, progress });
  const dryRun = args.dryRun === true;
  const append = async (look: (events: readonly NewEvent[]) => readonly NewEvent[]) => {
    const newer = (await run.earlier()).replacedBy(importer, entry, context.hints);
    return store.append(header, pages.read(look, newer, header), { dryRun, revisions: 'open' });
  };
  const hearSignals = entry.sizeBytes > LONG_WORK_BYTES ? world.endBySignals() : () => undefined;
  try {
    const result = await append((events) => events).catch((error: unknown) => {
      if (!(error instanceof PayloadError)) throw error;
      // Only then is each event looked at twice.
      return append((events) => insteadOfRefused(importer, entry, context.hints, events));
    });
    const { counts, warnings, enclosed } = pages;
    // What files beside it say is no part of the key, nor who reads what lies in it.
    if (!dryRun && importer.seesOthers !== true && enclosed.length === 0)
      await remember(store, read, { events: result.events, counts, warnings });
    return { report: reportOf(entry.name, importer.format, counts, result), warnings, enclosed };
  } finally {
    bar.stop();
    hearSignals();
  }
}

/** What became of a file that was imported before: all of it is known. */
function asRemembered(
  world: World,
  importer: Importer,
  entry: SourceEntry,
  { events, counts, warnings }: Memo,
): ImportedFile {
  for (const warning of warnings) tell(world, warning);
  const known = { batch: null, ids: [], events, new: 0, duplicates: events, superseding: 0 };
  return { report: reportOf(entry.name, importer.format, counts, known), warnings, enclosed: [] };
}

/** Reads a file page by page, and notes what came of it. It may be read again: then each warning is told once all the same. */
class FilePages {
  counts: Counts = emptyCounts();
  enclosed: Enclosed[] = [];
  /** All that were told, first those of the file as it was opened. */
  readonly warnings: Diagnostic[];
  private readonly world: World;
  private readonly importer: Importer;
  private readonly entry: SourceEntry;
  private readonly context: ImportContext;
  private readonly own: number;

  constructor(world: World, importer: Importer, entry: SourceEntry, context: ImportContext) {
    this.world = world;
    this.importer = importer;
    this.entry = entry;
    this.context = context;
    // Read as a second format, it is told of already.
    this.warnings = context.alongside === true ? [] : [...entry.problems];
    this.own = this.warnings.length;
    for (const problem of this.warnings) tell(world, problem);
  }

  /**
   * Gives the events, and at the end what a newer version of the importer takes out of the count.
   *
   * @param look what is done with the events of a page before they are counted
   */
  async *read(
    look: (events: readonly NewEvent[]) => readonly NewEvent[],
    newer: NewerReading | null,
    { recordedAt }: BatchHeader,
  ): AsyncGenerator<readonly NewEvent[]> {
    this.counts = emptyCounts();
    this.enclosed = [];
    let warned = this.own;
    for await (const { events: read, warnings = [], enclosed = [] } of this.produced()) {
      this.enclosed.push(...enclosed);
      for (const warning of warnings) {
        if (++warned <= this.warnings.length) continue;
        tell(this.world, warning);
        this.warnings.push(warning);
      }
      const events = look(read);
      for (const event of events) {
        count(this.counts, event);
        newer?.add(event);
      }
      yield events;
    }
    if (newer) yield await newer.retractions(recordedAt);
  }

  private produced(): ReturnType<Importer['read']> {
    const { importer, entry, context } = this;
    const produced = importer.read([entry], context);
    // Events of another log are taken as they are.
    if (importer === eventsImporter) return produced;
    return withFewRejects(produced, entry, importer.format, context.hints);
  }
}
