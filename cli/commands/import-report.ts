import { optional } from '../../store/optional-text.ts';
import type { AppendResult } from '../../store/event-store.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { outcomes, type Outcome } from '../../store/events/observation.ts';
import { writeJson, type World } from '../context.ts';
import { safeText } from '../output/safe-text.ts';
import type { ImportArguments } from './import-arguments.ts';

/** What became of one file. */
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
  /** Statements that an earlier import read from this file and that are no longer in it. They still count. */
  readonly vanished: readonly string[];
  readonly results: Readonly<Record<Outcome, number>>;
  /** What the kernel of a console said besides its test results: boots and messages of trouble; null where nothing was looked for. */
  readonly kernel: Readonly<Record<Outcome, number>> | null;
}

/** What is counted of a file while it is read. */
export interface Counts {
  readonly results: Record<Outcome, number>;
  unplaced: number;
  rejects: number;
}

/** Counts of a file of which nothing is read yet. */
export function emptyCounts(): Counts {
  return { results: zeroes(), unplaced: 0, rejects: 0 };
}

/** Adds what an event holds to the counts of its file. */
export function count(counts: Counts, event: NewEvent): void {
  if (event.type === 'RecordRejected') counts.rejects += 1;
  if (event.type !== 'RunObserved') return;
  for (const { outcome } of event.payload.results) counts.results[outcome] += 1;
  // A run that names its build has its place as soon as the build is known.
  if (event.payload.release === undefined && event.payload.build === undefined)
    counts.unplaced += event.payload.results.length;
}

/** Tells what became of a file that was read and, unless it was a dry run, appended. */
export function reportOf(
  file: string,
  format: string,
  { results, unplaced, rejects }: Counts,
  result: AppendResult,
  vanished: readonly string[] = [],
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
    vanished,
    results,
    kernel: null,
  };
}

/** Adds to the report of a test log what was taken of its kernel. */
export function withKernel(tests: FileReport, kernel: FileReport): FileReport {
  return {
    ...tests,
    events: tests.events + kernel.events,
    new: tests.new + kernel.new,
    duplicates: tests.duplicates + kernel.duplicates,
    superseding: tests.superseding + kernel.superseding,
    rejects: tests.rejects + kernel.rejects,
    kernel: kernel.results,
  };
}

function zeroes(): Record<Outcome, number> {
  return Object.fromEntries(outcomes.map((o) => [o, 0])) as Record<Outcome, number>;
}

/** The report of a file of which nothing was taken. */
export function refusedReport(file: string, format: string | null, error: string): FileReport {
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
    vanished: [],
    results: zeroes(),
    kernel: null,
  };
}

/** Says what became of each file. */
export function writeReports(world: World, args: ImportArguments, reports: readonly FileReport[]): void {
  if (args.format === 'json')
    writeJson(world, { schema: 'regline.import/1', dryRun: args.dryRun === true, files: reports });
  else for (const report of reports) world.out(`${safeText(summary(report, args.dryRun === true))}\n`);
}

function summary(r: FileReport, dryRun: boolean): string {
  if (r.error !== null) return `${r.file}: refused, nothing of it was taken`;
  const counted = countsOf(r.results);
  const kernel = r.kernel === null ? null : countsOf(r.kernel);
  const parts = [`${r.new} new`, `${r.duplicates} known`];
  if (r.superseding > 0) parts.push(`${r.superseding} superseding`);
  if (r.rejects > 0) parts.push(`${r.rejects} rejected`);
  if (r.unplaced > 0) parts.push(`${r.unplaced} results without a release`);
  if (r.vanished.length > 0) parts.push(`${r.vanished.length} no longer in it`);
  const taken = `${dryRun ? 'would be ' : ''}${parts.join(', ')}`;
  return `${r.file}: ${r.format ?? ''}, ${taken}${optional(' (', counted, ')')}${optional('; its kernel: ', kernel)}`;
}

/** `2 pass, 1 fail`; null where there is none. */
function countsOf(results: Readonly<Record<Outcome, number>>): string | null {
  const counts = outcomes.filter((o) => results[o] > 0).map((o) => `${results[o]} ${o}`);
  return counts.length === 0 ? null : counts.join(', ');
}
