import { bootlogImporter } from '../../importers/bootlog/importer.ts';
import { openEnclosed } from '../../importers/enclosed.ts';
import type {
  Enclosed,
  ImportContext,
  ImportHints,
  Importer,
  Inside,
  SourceEntry,
} from '../../importers/importer.ts';
import { formatsBeside } from '../../importers/registry.ts';
import { rejected } from '../../importers/results/result-run.ts';
import { diagnosticsOf } from '../output/diagnostic.ts';
import { importFile } from './import-file.ts';
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
  depth = 0,
): Promise<FileReport[]> {
  const { report, enclosed } = await importFile(run, importer, entry, context);
  const reports = [report];
  const others = run.chosen === null || depth > 0 ? await formatsBeside(importer, entry) : [];
  for (const other of others) {
    const told = (await importFile(run, other, entry, { ...context, alongside: true })).report;
    if (other === bootlogImporter) reports[0] = withKernel(report, told);
    else reports.push(told);
  }
  const { inside } = context;
  if (inside !== undefined)
    for (const file of enclosed)
      reports.push(...(await importEnclosed(run, file, context, inside, depth + 1)));
  return reports;
}

/** Imports a file that lies in another. One that its format refuses is kept as a reject: what is around it is good. */
async function importEnclosed(
  run: ImportRun,
  file: Enclosed,
  { known }: ImportContext,
  inside: Inside,
  depth: number,
): Promise<FileReport[]> {
  const reports: FileReport[] = [];
  for await (const { entry, importer, hints } of openEnclosed(file, inside)) {
    try {
      const context: ImportContext = { hints, known, ...(depth < MAX_DEPTH ? { inside } : {}) };
      reports.push(...(await importWhole(run, importer, entry, context, depth)));
    } catch (error) {
      const reason = diagnosticsOf(error, entry.name)?.[0]?.message;
      if (reason === undefined) throw error;
      reports.push(await keepRefused(run, importer, entry, hints, reason));
    }
  }
  return reports;
}

async function keepRefused(
  { world, args, store }: ImportRun,
  importer: Importer,
  entry: SourceEntry,
  hints: ImportHints,
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
