import { resolve } from 'node:path';
import { InputError, formatPlace, type Diagnostic } from '../../store/errors.ts';
import type { BatchHeader, EventStore } from '../../store/event-store.ts';
import { PayloadError } from '../../store/events/catalogue.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { knownAtPrecision } from '../../store/known-at.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import {
  noKnownNames,
  type ImportContext,
  type ImportHints,
  type Importer,
  type SourceEntry,
} from '../../importers/importer.ts';
import { importerNamed, importers, repositoryImporters, sniff } from '../../importers/registry.ts';
import { openSources } from '../../importers/source/open-sources.ts';
import { knownNames } from '../../queries/model/known-names.ts';
import { loadModel } from '../../queries/model/load.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { vanishedStatements } from '../../queries/model/vanished.ts';
import { databasePath, openLog, type CommonArguments, type World } from '../context.ts';
import { progressBar } from '../output/progress.ts';
import { fit, safeText } from '../output/safe-text.ts';
import { TOOL } from '../version.ts';
import { recall, remember } from './import-memo.ts';
import {
  count,
  emptyCounts,
  refusedReport,
  reportOf,
  writeReports,
  type FileReport,
} from './import-report.ts';

/** How many names of files that were passed over are written out. */
const SHOWN_NAMES = 5;

export interface ImportArguments extends CommonArguments {
  readonly type: string;
  readonly files?: readonly string[];
  readonly repo?: string;
  readonly range?: string;
  readonly paths?: string;
  readonly tags?: string;
  readonly line?: string;
  readonly dryRun?: boolean;
  readonly origin?: string;
  readonly release?: string;
  readonly arch?: string;
  readonly config?: string;
  readonly knownAt?: string;
}

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
  try {
    for (const path of args.files) await importPath({ world, args, store, hints, chosen, path, reports });
  } finally {
    await store.close();
  }
  writeReports(world, args, reports);
  return reports.some((report) => report.error !== null) ? 3 : 0;
}

/** One import: what it needs, and where it tells what became of each file. */
interface Import {
  readonly world: World;
  readonly args: ImportArguments;
  readonly store: EventStore;
  readonly hints: ImportHints;
  /** Null: the format is told from the content. */
  readonly chosen: Importer | null;
  readonly path: string;
  readonly reports: FileReport[];
}

/**
 * Imports what one argument names. Files that stand alone are taken one after the other, so that a folder of any size
 * needs no more memory than its largest file; files that speak of one another are held until all are there.
 */
async function importPath(run: Import): Promise<void> {
  const held = new Map<Importer, SourceEntry[]>();
  const passedOver: string[] = [];
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
      passedOver.push(entry.name);
      for (const problem of entry.problems) tell(run.world, problem);
    } else if (importer.unit === 'set' || importer.seesOthers === true)
      held.set(importer, [...(held.get(importer) ?? []), entry]);
    else await importUnit(run, importer, [entry], []);
  }
  for (const [importer, group] of held)
    for (const unit of importer.unit === 'set' ? [group] : group.map((entry) => [entry]))
      await importUnit(run, importer, unit, group);
  tellPassedOver(run, passedOver, seen);
}

/** The log's own files: where they lie in the folder that is imported, they are nothing to import. */
function filesOfTheLog({ world, args }: Import): ReadonlySet<string> {
  const database = resolve(databasePath(world, args));
  return new Set(['', '-wal', '-shm', '-journal'].map((ending) => `${database}${ending}`));
}

/** Says which files of a folder or an archive are of no known format: a README, a program. Alone it is an error. */
function tellPassedOver(run: Import, passedOver: readonly string[], seen: number): void {
  const place = { file: run.path };
  const wrong = (message: string, hint?: string) => {
    const diagnostic: Diagnostic = { severity: 'error', message, place };
    refuse(run, run.path, null, new InputError([hint === undefined ? diagnostic : { ...diagnostic, hint }]));
  };
  if (seen === 0) wrong('the folder holds no file');
  else if (passedOver.length === 0) return;
  else if (seen === 1) wrong('the format is not recognised', 'name the format instead of auto');
  else if (passedOver.length === seen)
    wrong('none of the files is of a known format', 'name the format instead of auto');
  else {
    const shown = passedOver.slice(0, SHOWN_NAMES).join(', ');
    const more = passedOver.length > SHOWN_NAMES ? ` and ${passedOver.length - SHOWN_NAMES} more` : '';
    const message = `passed over, of no known format: ${shown}${more}`;
    tell(run.world, { severity: 'warning', message, place });
  }
}

/** Does something for a file; what is wrong with the file is told, and gives undefined. */
async function attempt<T>(
  run: Import,
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

function refuse({ world, reports }: Import, file: string, importer: Importer | null, error: unknown): void {
  const diagnostics = diagnosticsOf(error, file);
  if (diagnostics === null) throw error;
  for (const d of diagnostics) tell(world, d);
  reports.push(refusedReport(file, importer?.format ?? null, diagnostics[0]?.message ?? 'refused'));
}

export async function openForImport(world: World, args: ImportArguments): Promise<EventStore> {
  if (args.dryRun !== true) return openLog(world, args, 'create');
  try {
    return await openLog(world, args, 'write');
  } catch (error) {
    // A dry run creates nothing; without a log everything is new.
    if ((error as { code?: unknown }).code !== 'missing') throw error;
    const { temporarySqliteStore } = await import('../../store/sqlite/open.ts');
    return temporarySqliteStore();
  }
}

export function hintsOf(args: ImportArguments): ImportHints {
  const release = args.release === undefined ? undefined : canonicalRelease(args.release);
  if (release === null)
    throw new QueryError(`"${args.release ?? ''}" is no release`, {
      hint: 'write v6.19-rc1, 7.0.10 or next-20260423',
    });
  if (args.knownAt !== undefined && knownAtPrecision(args.knownAt) === null) {
    throw new QueryError(`"${args.knownAt}" is no date`, {
      hint: 'write 2026-04-22T10:00:19Z, 2026-04-22 or 2026-04',
    });
  }
  const { origin, arch, config, knownAt } = args;
  return {
    ...(origin === undefined ? {} : { origin }),
    ...(release === undefined ? {} : { release }),
    ...(arch === undefined ? {} : { arch }),
    ...(config === undefined ? {} : { config }),
    ...(knownAt === undefined ? {} : { knownAt }),
  };
}

async function importUnit(
  run: Import,
  importer: Importer,
  entries: readonly SourceEntry[],
  beside: readonly SourceEntry[],
): Promise<void> {
  const { hints } = run;
  const isSet = importer.unit === 'set';
  const reports = await attempt(run, isSet ? run.path : entries[0]!.name, importer, async () =>
    isSet
      ? importSet(run, importer, entries)
      : [await importFile(run, importer, entries[0]!, { hints, beside, known: noKnownNames })],
  );
  run.reports.push(...(reports ?? []));
}

/** Takes a file in page by page: its events are never all in memory, and all of them are one transaction. */
async function importFile(
  { world, args, store }: Import,
  importer: Importer,
  entry: SourceEntry,
  context: ImportContext,
): Promise<FileReport> {
  const dryRun = args.dryRun === true;
  const told = await recall(store, importer, entry, context.hints);
  if (told !== null) {
    for (const warning of told.warnings) tell(world, warning);
    const { events } = told;
    const known = { batch: null, ids: [], events, new: 0, duplicates: events, superseding: 0 };
    return reportOf(entry.name, importer.format, told.counts, known);
  }
  const counts = emptyCounts();
  const allWarnings: Diagnostic[] = [];
  const bar = await progressBar(world, safeText(fit(entry.name, 40)), entry.sizeBytes);
  const progress = (bytes: number) => {
    bar.update(bytes);
  };
  async function* pages(): AsyncGenerator<readonly NewEvent[]> {
    for await (const { events, warnings = [] } of importer.read([entry], { ...context, progress })) {
      for (const warning of warnings) tell(world, warning);
      allWarnings.push(...warnings);
      for (const event of events) count(counts, event);
      yield events;
    }
  }
  try {
    const result = await store.append(headerOf(world, entry, importer), pages(), {
      dryRun,
      revisions: 'open',
    });
    // What files beside it say is no part of the key.
    if (!dryRun && importer.seesOthers !== true)
      await remember(store, importer, entry, context.hints, {
        events: result.events,
        counts,
        warnings: allWarnings,
      });
    return reportOf(entry.name, importer.format, counts, result);
  } finally {
    bar.stop();
  }
}

/** Takes the files of a data set in: they are read, and refused, together. */
async function importSet(
  { world, args, store, hints }: Import,
  importer: Importer,
  entries: readonly SourceEntry[],
): Promise<FileReport[]> {
  const model = (await store.head()).position > 0 ? await loadModel(store) : null;
  const known = model === null ? noKnownNames : await knownNames(store, model);
  const byEntry = new Map<SourceEntry, NewEvent[]>();
  for await (const { entry, events, warnings = [] } of importer.read(entries, { hints, known })) {
    byEntry.set(entry, [...(byEntry.get(entry) ?? []), ...events]);
    for (const warning of warnings) tell(world, warning);
  }
  const append = (entry: SourceEntry, events: readonly NewEvent[], dryRun: boolean) =>
    store.append(headerOf(world, entry, importer), events, { dryRun, revisions: 'strict' });
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

function headerOf(world: World, entry: SourceEntry, importer: Importer): BatchHeader {
  return {
    recordedAt: world.now().toISOString(),
    actor: actorOf(world),
    tool: TOOL,
    importer: `${importer.format}/${importer.version}`,
    carrier: entry.name,
    carrierHash: entry.sha256,
  };
}

/** Who is at the keyboard, as far as the environment says. */
export function actorOf(world: World): string {
  return world.env.REGLINE_ACTOR ?? world.env.USER ?? 'unknown';
}

/** The diagnostics of an error that belongs to the input; null for any other error. */
export function diagnosticsOf(error: unknown, file: string): readonly Diagnostic[] | null {
  if (error instanceof InputError) return error.diagnostics;
  if (error instanceof PayloadError) return [{ severity: 'error', message: error.message, place: { file } }];
  return null;
}

/** Writes a diagnostic with its place, for a person and for editors that jump to places. */
export function tell(world: World, d: Diagnostic): void {
  world.err(`${safeText(`${formatPlace(d.place)}: ${d.severity}: ${d.message}`)}\n`);
  if (d.hint !== undefined) world.err(`  ${safeText(d.hint)}\n`);
}
