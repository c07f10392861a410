import { resolve } from 'node:path';
import { InputError, type Diagnostic } from '../../store/errors.ts';
import { insideOf } from '../../importers/formats/enclosed.ts';
import { noKnownNames, type Importer, type SourceEntry } from '../../importers/importer.ts';
import { importerNamed, importers, repositoryImporters, sniff } from '../../importers/formats/registry.ts';
import { openSources } from '../../importers/source/open-sources.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { databasePath, type World } from '../context.ts';
import { diagnosticsOf, tell } from '../output/diagnostic.ts';
import { EarlierReadings } from './earlier-readings.ts';
import { hintsOf, openForImport, type ImportArguments } from './import-arguments.ts';
import { refusedReport, writeReports, type FileReport } from './import-report.ts';
import type { ImportRun } from './import-run.ts';
import { importSet } from './import-set.ts';
import { importWhole } from './import-whole.ts';
import { addTo } from '../../store/grouping.ts';

/** How many names of files that were passed over are written out. */
const SHOWN_NAMES = 5;

/** Imports files: each stands or falls alone, except those of a data set, which are read and refused together. */
export async function importCommand(world: World, args: ImportArguments): Promise<number> {
  const history = repositoryImporters.find((i) => i.format === args.type);
  if (history !== undefined)
    return (await import('./import-repository.ts')).importRepository(world, args, history);
  const chosen = args.type === 'auto' ? null : importerNamed(args.type);
  if (chosen === undefined) {
    throw new QueryError(`no format "${args.type}"`, {
      hint: `formats: auto, ${[...importers, ...repositoryImporters].map((i) => i.format).join(', ')}`,
    });
  }
  if (args.files === undefined || args.files.length === 0)
    throw new QueryError('say which files', { hint: 'paths of files and folders, or - for standard input' });
  const hints = hintsOf(args);
  const store = await openForImport(world, args);
  const reports: FileReport[] = [];
  let looked: Promise<EarlierReadings> | null = null;
  const earlier = () => (looked ??= EarlierReadings.of(store));
  try {
    for (const path of args.files)
      await importPath({ world, args, store, hints, earlier, chosen, path, reports });
  } finally {
    await store.close();
  }
  writeReports(world, args, reports);
  return reports.some((report) => report.error !== null) ? 3 : 0;
}

/** What one argument of the command is imported with, and where it is told what became of each file. */
interface PathImport extends ImportRun {
  readonly path: string;
  readonly reports: FileReport[];
}

/**
 * Imports what one argument names. Files that stand alone are taken one after the other, so that a folder of any size
 * needs no more memory than its largest file; files that speak of one another are held until all are there.
 */
async function importPath(run: PathImport): Promise<void> {
  const held = new Map<Importer, SourceEntry[]>();
  const passedOver: SourceEntry[] = [];
  const ownFiles = filesOfTheLog(run);
  let seen = 0;
  for await (const opened of openSources([run.path], { stdin: run.world.stdin })) {
    if (run.path !== opened.name && ownFiles.has(resolve(opened.name))) continue;
    seen += 1;
    if (opened.error !== undefined) {
      refuse(run, opened.name, run.chosen, opened.error);
      continue;
    }
    const { entry } = opened;
    const importer = await attempt(run, entry.name, run.chosen, async () => run.chosen ?? sniff(entry));
    if (importer === undefined) continue;
    if (importer === null) {
      passedOver.push(entry);
      for (const problem of entry.problems) tell(run.world, problem);
    } else if (importer.unit === 'set' || importer.seesOthers === true) addTo(held, importer, entry);
    else await importUnit(run, importer, [entry], []);
  }
  for (const [importer, group] of held)
    for (const unit of importer.unit === 'set' ? [group] : group.map((entry) => [entry]))
      await importUnit(run, importer, unit, group);
  tellPassedOver(run, passedOver, seen);
}

/** The log's own files: where they lie in the folder that is imported, they are nothing to import. */
function filesOfTheLog({ world, args }: PathImport): ReadonlySet<string> {
  const database = resolve(databasePath(world, args));
  return new Set(['', '-wal', '-shm', '-journal'].map((ending) => `${database}${ending}`));
}

/** Says which files of a folder or an archive are of no known format: a README, a program. Alone it is an error. */
function tellPassedOver(run: PathImport, passedOver: readonly SourceEntry[], seen: number): void {
  const place = { file: run.path };
  const wrong = (message: string, hint?: string) => {
    const diagnostic: Diagnostic = { severity: 'error', message, place };
    refuse(run, run.path, null, new InputError([hint === undefined ? diagnostic : { ...diagnostic, hint }]));
  };
  if (seen === 0) wrong('the folder holds no file');
  else if (passedOver.length === 0) return;
  else if (seen === 1 && passedOver[0]!.sizeBytes === 0)
    wrong(passedOver[0]!.problems.length === 0 ? 'the file is empty' : 'nothing of it could be unpacked');
  else if (seen === 1) wrong('the format is not recognised', 'name the format instead of auto');
  else if (passedOver.length === seen)
    wrong('none of the files is of a known format', 'name the format instead of auto');
  else {
    const shown = passedOver
      .slice(0, SHOWN_NAMES)
      .map(({ name }) => name)
      .join(', ');
    const more = passedOver.length > SHOWN_NAMES ? ` and ${passedOver.length - SHOWN_NAMES} more` : '';
    const message = `passed over, of no known format: ${shown}${more}`;
    tell(run.world, { severity: 'warning', message, place });
  }
}

/** Does something for a file; what is wrong with the file is told, and gives undefined. */
async function attempt<T>(
  run: PathImport,
  file: string,
  importer: Importer | null,
  act: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    refuse(run, file, importer, error);
    return undefined;
  }
}

function refuse(
  { world, reports }: PathImport,
  file: string,
  importer: Importer | null,
  error: unknown,
): void {
  const diagnostics = diagnosticsOf(error, file);
  if (diagnostics === null) throw error;
  for (const d of diagnostics) tell(world, d);
  reports.push(refusedReport(file, importer?.format ?? null, diagnostics[0]?.message ?? 'refused'));
}

async function importUnit(
  run: PathImport,
  importer: Importer,
  entries: readonly SourceEntry[],
  beside: readonly SourceEntry[],
): Promise<void> {
  const { hints } = run;
  const isSet = importer.unit === 'set';
  const entry = entries[0]!;
  const reports = await attempt(run, isSet ? run.path : entry.name, importer, async () =>
    isSet
      ? importSet(run, importer, entries)
      : importWhole(run, importer, entry, {
          hints,
          beside,
          known: noKnownNames,
          inside: insideOf(entry),
        }),
  );
  run.reports.push(...(reports ?? []));
}
