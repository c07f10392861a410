import { InputError, formatPlace, type Diagnostic } from '../../store/errors.ts';
import type { AppendResult, BatchHeader, EventStore } from '../../store/event-store.ts';
import { PayloadError } from '../../store/events/catalogue.ts';
import { outcomes, type Outcome } from '../../store/events/observation.ts';
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
import { knownNames } from '../../queries/known-names.ts';
import { loadModel } from '../../queries/load.ts';
import { QueryError } from '../../queries/query-error.ts';
import { openLog, writeJson, type CommonArguments, type World } from '../context.ts';
import { progressBar } from '../output/progress.ts';
import { fit, safeText } from '../output/safe-text.ts';
import { TOOL } from '../version.ts';

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

export interface FileReport {
  readonly file: string;
  readonly format: string | null;
  readonly error: string | null;
  readonly events: number;
  readonly new: number;
  readonly duplicates: number;
  readonly superseding: number;
  readonly rejects: number;
  readonly unplaced: number;
  readonly results: Readonly<Record<Outcome, number>>;
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
    for (const path of args.files) {
      const entries: SourceEntry[] = [];
      const refuse = (file: string, error: unknown) => {
        const diagnostics = diagnosticsOf(error, file);
        if (diagnostics === null) throw error;
        for (const d of diagnostics) tell(world, d);
        reports.push(emptyReport(file, chosen?.format ?? null, diagnostics[0]?.message ?? 'refused'));
      };
      for await (const opened of openSources([path], { stdin: world.stdin })) {
        if (opened.error !== undefined) refuse(opened.name, opened.error);
        else entries.push(opened.entry);
      }
      try {
        for (const [importer, group] of await grouped(entries, chosen, path)) {
          for (const unit of importer.unit === 'set' ? [group] : group.map((e) => [e])) {
            try {
              reports.push(
                ...(await importUnit(world, args, store, importer, unit, { hints, beside: group })),
              );
            } catch (error) {
              refuse(importer.unit === 'set' ? path : unit[0]!.name, error);
            }
          }
        }
      } catch (error) {
        refuse(path, error);
      }
    }
  } finally {
    await store.close();
  }
  writeReports(world, args, reports);
  return reports.some((report) => report.error !== null) ? 3 : 0;
}

/** Says what became of each file. */
export function writeReports(world: World, args: ImportArguments, reports: readonly FileReport[]): void {
  if (args.format === 'json')
    writeJson(world, { schema: 'regline.import/1', dryRun: args.dryRun === true, files: reports });
  else for (const report of reports) world.out(`${safeText(summary(report, args.dryRun === true))}\n`);
}

export async function openForImport(world: World, args: ImportArguments): Promise<EventStore> {
  if (args.dryRun !== true) return openLog(world, args, 'create');
  try {
    return await openLog(world, args, 'write');
  } catch (error) {
    // A dry run creates nothing; without a log everything is new.
    if ((error as { code?: unknown }).code !== 'missing') throw error;
    const { memoryStore } = await import('../../store/sqlite/open.ts');
    return memoryStore();
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

async function grouped(
  entries: readonly SourceEntry[],
  chosen: Importer | null,
  path: string,
): Promise<ReadonlyMap<Importer, readonly SourceEntry[]>> {
  const groups = new Map<Importer, SourceEntry[]>();
  for (const entry of entries) {
    const importer = chosen ?? (await sniff(entry));
    if (importer === null) {
      // In a folder, files of no known format (a README, a program) are no error.
      if (entries.length > 1) continue;
      throw new InputError([
        {
          severity: 'error',
          message: 'the format is not recognised',
          place: { file: path },
          hint: 'name the format instead of auto',
        },
      ]);
    }
    groups.set(importer, [...(groups.get(importer) ?? []), entry]);
  }
  return groups;
}

async function importUnit(
  world: World,
  args: ImportArguments,
  store: EventStore,
  importer: Importer,
  entries: readonly SourceEntry[],
  given: Pick<ImportContext, 'hints' | 'beside'>,
): Promise<FileReport[]> {
  const known =
    importer.unit === 'set' && (await store.head()).position > 0
      ? await knownNames(store, await loadModel(store))
      : noKnownNames;
  if (importer.unit === 'set') return importSet(world, args, store, importer, entries, { ...given, known });
  return [await importFile(world, args, store, importer, entries[0]!, { ...given, known })];
}

/** Takes a file in page by page: its events are never all in memory, and all of them are one transaction. */
async function importFile(
  world: World,
  args: ImportArguments,
  store: EventStore,
  importer: Importer,
  entry: SourceEntry,
  context: ImportContext,
): Promise<FileReport> {
  const counts = emptyCounts();
  const bar = await progressBar(world, safeText(fit(entry.name, 40)), entry.sizeBytes);
  const progress = (bytes: number) => {
    bar.update(bytes);
  };
  async function* pages(): AsyncGenerator<readonly NewEvent[]> {
    for await (const { events, warnings = [] } of importer.read([entry], { ...context, progress })) {
      for (const warning of warnings) tell(world, warning);
      for (const event of events) count(counts, event);
      yield events;
    }
  }
  try {
    const result = await store.append(headerOf(world, entry, importer), pages(), {
      dryRun: args.dryRun === true,
      revisions: 'open',
    });
    return reportOf(entry.name, importer.format, counts, result);
  } finally {
    bar.stop();
  }
}

/** Takes the files of a data set in: they are read, and refused, together. */
async function importSet(
  world: World,
  args: ImportArguments,
  store: EventStore,
  importer: Importer,
  entries: readonly SourceEntry[],
  context: ImportContext,
): Promise<FileReport[]> {
  const byEntry = new Map<SourceEntry, NewEvent[]>();
  for await (const { entry, events, warnings = [] } of importer.read(entries, context)) {
    byEntry.set(entry, [...(byEntry.get(entry) ?? []), ...events]);
    for (const warning of warnings) tell(world, warning);
  }
  const reports: FileReport[] = [];
  for (const [entry, events] of byEntry) {
    const result = await store.append(headerOf(world, entry, importer), events, {
      dryRun: args.dryRun === true,
      revisions: 'strict',
    });
    const counts = emptyCounts();
    for (const event of events) count(counts, event);
    reports.push(reportOf(entry.name, importer.format, counts, result));
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

/** What is counted of a file while it is read. */
export interface Counts {
  readonly results: Record<Outcome, number>;
  unplaced: number;
  rejects: number;
}

export function emptyCounts(): Counts {
  return { results: zeroes(), unplaced: 0, rejects: 0 };
}

export function count(counts: Counts, event: NewEvent): void {
  if (event.type === 'RecordRejected') counts.rejects += 1;
  if (event.type !== 'RunObserved') return;
  for (const { outcome } of event.payload.results) counts.results[outcome] += 1;
  // A run that names its build has its place as soon as the build is known.
  if (event.payload.release === undefined && event.payload.build === undefined)
    counts.unplaced += event.payload.results.length;
}

export function reportOf(
  file: string,
  format: string,
  { results, unplaced, rejects }: Counts,
  result: AppendResult,
): FileReport {
  return {
    file,
    format,
    error: null,
    events: result.events,
    new: result.new,
    duplicates: result.duplicates,
    superseding: result.superseding,
    rejects,
    unplaced,
    results,
  };
}

function zeroes(): Record<Outcome, number> {
  return Object.fromEntries(outcomes.map((o) => [o, 0])) as Record<Outcome, number>;
}

function emptyReport(file: string, format: string | null, error: string): FileReport {
  return {
    file,
    format,
    error,
    events: 0,
    new: 0,
    duplicates: 0,
    superseding: 0,
    rejects: 0,
    unplaced: 0,
    results: zeroes(),
  };
}

function summary(r: FileReport, dryRun: boolean): string {
  if (r.error !== null) return `${r.file}: refused, nothing of it was taken`;
  const counted = outcomes.filter((o) => r.results[o] > 0).map((o) => `${r.results[o]} ${o}`);
  const parts = [`${r.new} new`, `${r.duplicates} known`];
  if (r.superseding > 0) parts.push(`${r.superseding} superseding`);
  if (r.rejects > 0) parts.push(`${r.rejects} rejected`);
  if (r.unplaced > 0) parts.push(`${r.unplaced} results without a release`);
  return `${r.file}: ${r.format ?? ''}, ${dryRun ? 'would be ' : ''}${parts.join(', ')}${counted.length > 0 ? ` (${counted.join(', ')})` : ''}`;
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
