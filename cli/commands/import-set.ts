import { noKnownNames, type Importer, type SourceEntry } from '../../importers/importer.ts';
import { knownNames } from '../../queries/replay/known-names.ts';
import { loadModel } from '../../queries/replay/load-model.ts';
import { vanishedStatements } from '../../queries/model/vanished.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { tell } from '../output/diagnostic.ts';
import { count, emptyCounts, reportOf, type FileReport } from './import-report.ts';
import { batchHeader, type ImportRun } from './import-run.ts';

/** Takes the files of a data set in: they are read, and refused, together. */
export async function importSet(
  { world, args, store, hints }: ImportRun,
  importer: Importer,
  entries: readonly SourceEntry[],
): Promise<FileReport[]> {
  const model = (await store.head()).position > 0 ? await loadModel(store) : null;
  const known = model === null ? noKnownNames : await knownNames(store, model);
  const byEntry = new Map<SourceEntry, NewEvent[]>();
  for (const { problems } of entries) for (const problem of problems) tell(world, problem);
  for await (const { entry, events, warnings = [] } of importer.read(entries, { hints, known })) {
    byEntry.set(entry, [...(byEntry.get(entry) ?? []), ...events]);
    for (const warning of warnings) tell(world, warning);
  }
  const append = (entry: SourceEntry, events: readonly NewEvent[], dryRun: boolean) =>
    store.append(batchHeader(world, importer, entry.name, entry.sha256), events, {
      dryRun,
      revisions: 'strict',
    });
  // A rev that was forgotten in the last file is to leave out the first as well.
  if (args.dryRun !== true) for (const [entry, events] of byEntry) await append(entry, events, true);
  const present = [...byEntry.values()].flat();
  const reports: FileReport[] = [];
  for (const [entry, events] of byEntry) {
    const vanished =
      model === null
        ? []
        : await vanishedStatements(store, model, entry.name, importer.format, events, present);
    const result = await append(entry, events, args.dryRun === true);
    for (const statement of vanished)
      tell(world, {
        severity: 'warning',
        message: `no longer in the file: ${statement}`,
        place: { file: entry.name },
        hint: 'it still counts; retract it if it was wrong',
      });
    const counts = emptyCounts();
    for (const event of events) count(counts, event);
    reports.push(reportOf(entry.name, importer.format, counts, result, vanished));
  }
  return reports;
}
