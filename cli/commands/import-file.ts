import { eventsImporter } from '../../importers/events/importer.ts';
import { withFewRejects } from '../../importers/formats/few-rejects.ts';
import type { Enclosed, ImportContext, Importer, SourceEntry } from '../../importers/importer.ts';
import type { Diagnostic } from '../../store/errors.ts';
import { PayloadError } from '../../store/events/catalogue.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { tell } from '../output/diagnostic.ts';
import { progressBar } from '../output/progress.ts';
import { fit, safeText } from '../output/safe-text.ts';
import { recall, remember } from './import-memo.ts';
import { count, emptyCounts, reportOf, type FileReport } from './import-report.ts';
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
  { world, args, store, earlier }: ImportRun,
  importer: Importer,
  entry: SourceEntry,
  context: ImportContext,
): Promise<ImportedFile> {
  const dryRun = args.dryRun === true;
  const told = await recall(store, importer, entry, context.hints);
  if (told !== null) {
    for (const warning of told.warnings) tell(world, warning);
    const { events } = told;
    const known = { batch: null, ids: [], events, new: 0, duplicates: events, superseding: 0 };
    const report = reportOf(entry.name, importer.format, told.counts, known);
    return { report, warnings: told.warnings, enclosed: [] };
  }
  const header = batchHeader(world, importer, entry.name, entry.sha256);
  const bar = await progressBar(world, safeText(fit(entry.name, 40)), entry.sizeBytes);
  const progress = (bytes: number) => {
    bar.update(bytes);
  };
  // Read as a second format, it is told of already.
  const allWarnings: Diagnostic[] = context.alongside === true ? [] : [...entry.problems];
  for (const problem of allWarnings) tell(world, problem);
  const own = allWarnings.length;
  const enclosed: Enclosed[] = [];
  const take = async (look: (events: readonly NewEvent[]) => readonly NewEvent[]) => {
    const newer = (await earlier()).replacedBy(importer, entry, context.hints);
    const counts = emptyCounts();
    let warned = own;
    enclosed.length = 0;
    async function* pages(): AsyncGenerator<readonly NewEvent[]> {
      const produced = importer.read([entry], { ...context, progress });
      // Events of another log are taken as they are.
      const few =
        importer === eventsImporter
          ? produced
          : withFewRejects(produced, entry, importer.format, context.hints);
      for await (const { events: read, warnings = [], enclosed: more = [] } of few) {
        enclosed.push(...more);
        for (const warning of warnings) {
          if (++warned <= allWarnings.length) continue;
          tell(world, warning);
          allWarnings.push(warning);
        }
        const events = look(read);
        for (const event of events) {
          count(counts, event);
          newer?.add(event);
        }
        yield events;
      }
      if (newer) yield await newer.retractions(header.recordedAt);
    }
    return { counts, result: await store.append(header, pages(), { dryRun, revisions: 'open' }) };
  };
  const hearSignals = entry.sizeBytes > LONG_WORK_BYTES ? world.endBySignals() : () => undefined;
  try {
    const { counts, result } = await take((events) => events).catch((error: unknown) => {
      if (!(error instanceof PayloadError)) throw error;
      // Only then is each event looked at twice.
      return take((events) => insteadOfRefused(importer, entry, context.hints, events));
    });
    // What files beside it say is no part of the key, nor who reads what lies in it.
    if (!dryRun && importer.seesOthers !== true && enclosed.length === 0)
      await remember(store, importer, entry, context.hints, {
        events: result.events,
        counts,
        warnings: allWarnings,
      });
    const report = reportOf(entry.name, importer.format, counts, result);
    return { report, warnings: allWarnings, enclosed };
  } finally {
    bar.stop();
    hearSignals();
  }
}
