import { bootlogImporter } from '../../importers/bootlog/importer.ts';
import { openEnclosed } from '../../importers/formats/enclosed.ts';
import type { Enclosed, ImportContext, Importer, Inside, SourceEntry } from '../../importers/importer.ts';
import { formatsBeside, mayHoldMore } from '../../importers/formats/registry.ts';
import { rejected } from '../../importers/results/result-run.ts';
import type { Diagnostic } from '../../store/errors.ts';
import { diagnosticsOf, tell } from '../output/diagnostic.ts';
import { importFile } from './import-file.ts';
import { recallWhole, rememberWhole, type ReadFile, type WholeMemo } from './import-memo.ts';
import { count, emptyCounts, reportOf, withKernel, type FileReport } from './import-report.ts';
import { batchHeader, type ImportRun } from './import-run.ts';

/** A log in an archive in a mail that was forwarded is three deep; what goes on for ever is an attack. */
const MAX_DEPTH = 5;

/** Imports a file that stands alone and, where nobody named a format, what it holds besides; then the files that lie in it. */
export async function importWhole(
  run: ImportRun,
  importer: Importer,
  entry: SourceEntry,
  context: ImportContext,
): Promise<readonly FileReport[]> {
  const { store, chosen, world } = run;
  const isTold = chosen === null;
  const read = { importer, entry, hints: context.hints };
  const before = mayHoldMore(importer) ? await recallWhole(store, read, isTold) : null;
  if (before !== null) {
    for (const warning of before.warnings) tell(world, warning);
    return before.reports;
  }
  const told = await importWithin(run, importer, entry, { ...context, depth: 0 });
  // What files beside it say is no part of what it is remembered by.
  if (run.args.dryRun !== true && importer.seesOthers !== true && told.isMore)
    await rememberWhole(store, read, isTold, told);
  return told.reports;
}

/** Where a file lies: how many files are around it. */
interface Depth extends ImportContext {
  readonly depth: number;
}

interface Told extends WholeMemo {
  readonly reports: FileReport[];
  readonly warnings: Diagnostic[];
  /** Whether more was looked at than one format of one file, which is remembered by itself. */
  isMore: boolean;
}

async function importWithin(
  run: ImportRun,
  importer: Importer,
  entry: SourceEntry,
  { depth, ...context }: Depth,
): Promise<Told> {
  const { report, enclosed, warnings } = await importFile(run, importer, entry, context);
  const told: Told = { reports: [report], warnings: [...warnings], isMore: enclosed.length > 0 };
  const others = run.chosen === null || depth > 0 ? await formatsBeside(importer, entry) : [];
  for (const other of others) {
    const beside = await importFile(run, other, entry, { ...context, alongside: true });
    if (other === bootlogImporter) told.reports[0] = withKernel(report, beside.report);
    else told.reports.push(beside.report);
    told.warnings.push(...beside.warnings);
    told.isMore = true;
  }
  const { inside } = context;
  if (inside !== undefined)
    for (const file of enclosed) {
      const { reports, warnings: more } = await importEnclosed(run, file, inside, {
        ...context,
        depth: depth + 1,
      });
      told.reports.push(...reports);
      told.warnings.push(...more);
    }
  return told;
}

/** Imports a file that lies in another. One that its format refuses is kept as a reject: what is around it is good. */
async function importEnclosed(
  run: ImportRun,
  file: Enclosed,
  inside: Inside,
  { known, depth }: Depth,
): Promise<WholeMemo> {
  const reports: FileReport[] = [];
  const warnings: Diagnostic[] = [];
  for await (const read of openEnclosed(file, inside)) {
    const { entry, importer, hints } = read;
    try {
      const context = { hints, known, depth, ...(depth < MAX_DEPTH ? { inside } : {}) };
      const told = await importWithin(run, importer, entry, context);
      reports.push(...told.reports);
      warnings.push(...told.warnings);
    } catch (error) {
      const reason = diagnosticsOf(error, entry.name)?.[0]?.message;
      if (reason === undefined) throw error;
      reports.push(await keepRefused(run, read, reason));
    }
  }
  return { reports, warnings };
}

async function keepRefused(
  { world, args, store }: ImportRun,
  { importer, entry, hints }: ReadFile,
  reason: string,
): Promise<FileReport> {
  const excerpt = Buffer.from(entry.head).toString('utf8');
  const event = rejected(entry, importer.format, hints, { key: 'whole', reason, excerpt });
  const header = batchHeader(world, importer, entry.name, entry.sha256);
  const options = { dryRun: args.dryRun === true, revisions: 'open' } as const;
  const result = await store.append(header, [event], options);
  const counts = emptyCounts();
  count(counts, event);
  return reportOf(entry.name, importer.format, counts, result);
}
