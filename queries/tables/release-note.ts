import { isCandidate } from '../../store/names/release-name.ts';
import { answersOf } from '../regressions/answers.ts';
import { noteBook, type CompatibilityNote } from './compatibility-notes.ts';
import type { Basis, CellStatus } from '../verdict/cell-status.ts';
import type { Model } from '../model/model.ts';
import { selectArchs, selectConfig, selectConsumers, selectRelease } from '../model/select.ts';
import type { TableOptions } from './table.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** One line of a release note: a consumer, the architectures on which it fares alike, and why. */
export interface ReleaseNoteEntry {
  readonly consumer: string;
  readonly variant: string | null;
  readonly archs: readonly string[];
  readonly before: CellStatus | null;
  readonly status: CellStatus;
  readonly basis: Basis | null;
  readonly notes: readonly number[];
  readonly evidence: readonly string[];
}

export interface ReleaseNoteDocument {
  readonly schema: 'regline.release-note/1';
  readonly asOf: string | null;
  readonly release: string;
  /** The release it is compared with; null where the release has no predecessor. */
  readonly since: string | null;
  /** Better than in `since`. */
  readonly fixed: readonly ReleaseNoteEntry[];
  /** Worse than in `since`. */
  readonly broken: readonly ReleaseNoteEntry[];
  /** Everything that does not simply work, whether it is new or not. */
  readonly knownIssues: readonly ReleaseNoteEntry[];
  readonly unknown: readonly ReleaseNoteEntry[];
  readonly notes: readonly CompatibilityNote[];
}

export interface ReleaseNoteOptions extends Omit<TableOptions, 'releases'> {
  readonly release: string;
  readonly since?: string;
}

/** What its users had before: of a candidate the one before it, else the nearest that is none. */
function releaseBefore({ graph }: Model, release: string): string | null {
  const before = (name: string) => graph.releases.get(name)?.predecessor ?? null;
  let found = before(release);
  while (found !== null && isCandidate(found) && !isCandidate(release)) found = before(found);
  return found;
}

/** Best first; what is not known compares with nothing. */
const ORDER: readonly CellStatus[] = ['works', 'degraded', 'conflict', 'broken', 'refuses'];

/** Answers: what has the note of this release to say to users of these consumers? */
export function releaseNote(model: Model, options: ReleaseNoteOptions): ReleaseNoteDocument {
  const { verdicts } = answersOf(model);
  const release = selectRelease(model, options.release);
  const since =
    options.since === undefined ? releaseBefore(model, release) : selectRelease(model, options.since);
  const config = selectConfig(model, options.config);
  const book = noteBook(answersOf(model));
  const fixed: ReleaseNoteEntry[] = [];
  const broken: ReleaseNoteEntry[] = [];
  const knownIssues: ReleaseNoteEntry[] = [];
  const unknown: ReleaseNoteEntry[] = [];
  for (const consumer of selectConsumers(model, options.consumers)) {
    for (const arch of selectArchs(model, options.archs)) {
      const at = (name: string) => verdicts.at(consumer, name, arch, config);
      const now = at(release);
      const then = since === null ? null : at(since);
      if (now.status === 'not-applicable') continue;
      const change = then === null ? 0 : compare(then.status, now.status);
      // What is fixed is explained by what was wrong before.
      if (change < 0) put(fixed, entry(book.troublesOf([then!]), then, now, arch));
      if (change > 0) put(broken, entry(book.notesOf([now]), then, now, arch));
      if (now.status === 'unknown') put(unknown, entry(book.notesOf([now]), then, now, arch));
      else if (now.status !== 'works') put(knownIssues, entry(book.notesOf([now]), then, now, arch));
    }
  }
  const asOf = model.view.asOf ?? null;
  return {
    schema: 'regline.release-note/1',
    asOf,
    release,
    since,
    fixed,
    broken,
    knownIssues,
    unknown,
    notes: book.all,
  };
}

/** Below zero: better now; above: worse; zero where either side is not known. */
function compare(then: CellStatus, now: CellStatus): number {
  const [a, b] = [ORDER.indexOf(then), ORDER.indexOf(now)];
  return a < 0 || b < 0 ? 0 : b - a;
}

function entry(notes: readonly number[], then: Verdict | null, now: Verdict, arch: string): ReleaseNoteEntry {
  return {
    consumer: now.consumer.consumer,
    variant: now.consumer.variant,
    archs: [arch],
    before: then?.status ?? null,
    status: now.status,
    basis: now.basis,
    notes,
    evidence: now.evidence,
  };
}

/** Adds an entry, or its architecture to an entry that says the same. */
function put(list: ReleaseNoteEntry[], added: ReleaseNoteEntry): void {
  const says = (e: ReleaseNoteEntry) =>
    JSON.stringify([e.consumer, e.variant, e.before, e.status, e.basis, [...e.notes].sort()]);
  const index = list.findIndex((e) => says(e) === says(added));
  if (index < 0) list.push(added);
  else
    list[index] = {
      ...list[index]!,
      archs: [...list[index]!.archs, ...added.archs],
      evidence: [...new Set([...list[index]!.evidence, ...added.evidence])],
    };
}
