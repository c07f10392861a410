import { answersOf, type Answers } from '../regressions/answers.ts';
import type { Basis, CellStatus } from '../verdict/cell-status.ts';
import { noteBook, type CompatibilityNote, type NoteBook } from './compatibility-notes.ts';
import { consumerName, type Model } from '../model/model.ts';
import { selectArchs, selectConfig, selectConsumers, selectReleases } from '../model/select.ts';
import { blameOf, type Blame, type TableOptions } from './table.ts';
import { isMadeFor } from '../verdict/presences.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { hasEnded, type Stretch } from '../releases/stretches.ts';

/** A stretch of one line over which a consumer fares the same, for the same reasons. */
export interface Interval extends Stretch {
  readonly status: CellStatus;
  /** The weakest basis of its cells; null where nothing is known. */
  readonly basis: Basis | null;
  readonly confidence: 'verified' | 'concluded' | null;
  readonly reported: boolean;
  readonly releases: readonly string[];
  readonly culprits: readonly string[];
  readonly fixedBy: readonly string[];
  /** Numbers of the notes that explain it, from 1. */
  readonly notes: readonly number[];
  readonly evidence: readonly string[];
}

/** How one consumer variant fares on one architecture, line by line. */
export interface CompatibilityRow {
  readonly interface: string;
  readonly consumer: string;
  readonly variant: string | null;
  readonly arch: string;
  readonly intervals: readonly Interval[];
}

export interface CompatibilityDocument {
  readonly schema: 'regline.compatibility/1';
  readonly asOf: string | null;
  readonly lines: readonly string[];
  readonly archs: readonly string[];
  readonly rows: readonly CompatibilityRow[];
  readonly notes: readonly CompatibilityNote[];
  /** How many cells rest on what; what is neither tested nor reported is only predicted. */
  readonly bases: Readonly<Record<Basis | 'unknown', number>>;
}

/** Weakest first. */
const STRENGTH: readonly (Basis | null)[] = [null, 'inferred', 'predicted', 'reported', 'tested'];

/**
 * Answers: over which stretches of releases does each consumer work, and why not over the others? The cells of a table
 * drawn together along each line, with what a release note has to say about them.
 */
export function compatibility(model: Model, options: TableOptions = {}): CompatibilityDocument {
  const answers = answersOf(model);
  const archs = selectArchs(model, options.archs);
  const chosen = options.releases === undefined ? null : new Set(selectReleases(model, options.releases));
  const config = selectConfig(model, options.config);
  const notes = noteBook(answers);
  const bases = { tested: 0, reported: 0, predicted: 0, inferred: 0, unknown: 0 };
  const rows: CompatibilityRow[] = [];
  const lines = new Set<string>();
  const linesThere = [...model.graph.members].map(([line, members]) => {
    const wanted = chosen === null ? members : members.filter((name) => chosen.has(name));
    return { line, wanted, goesOn: members.at(-1) === wanted.at(-1) && !hasEnded(model, line) };
  });
  for (const consumer of selectConsumers(model, options.consumers)) {
    for (const arch of archs) {
      if (!isMadeFor(consumer, arch)) continue;
      const intervals: Interval[] = [];
      const verdicts = answers.verdicts.along(consumer, arch, config);
      for (const { line, wanted, goesOn } of linesThere) {
        const judged = wanted.map((release) => verdicts.at(release)!);
        for (const { status, basis } of judged.filter((v) => v.status !== 'not-applicable'))
          bases[status === 'unknown' ? 'unknown' : (basis ?? 'unknown')] += 1;
        intervals.push(...intervalsOf(answers, notes, { line, goesOn, releases: wanted, judged }));
      }
      if (intervals.length === 0) continue;
      for (const { line } of intervals) lines.add(line);
      rows.push({
        interface: consumer.interface,
        consumer: consumer.consumer,
        variant: consumer.variant,
        arch,
        intervals,
      });
    }
  }
  return {
    schema: 'regline.compatibility/1',
    asOf: model.view.asOf ?? null,
    lines: linesThere.map(({ line }) => line).filter((line) => lines.has(line)),
    archs,
    rows,
    notes: notes.all,
    bases,
  };
}

/** Releases that follow each other and fare alike, with the verdicts that they have. */
interface Alike {
  readonly blame: Blame;
  readonly releases: string[];
  readonly verdicts: Verdict[];
}

/** The releases of a line that were asked for, and how a consumer fares on each. */
interface JudgedLine {
  readonly line: string;
  /** Whether the last of them is the line's last, and more may come. */
  readonly goesOn: boolean;
  readonly releases: readonly string[];
  readonly judged: readonly Verdict[];
}

function intervalsOf(
  answers: Answers,
  book: NoteBook,
  { line, goesOn, releases: members, judged }: JudgedLine,
): readonly Interval[] {
  const found: Alike[] = [];
  for (const [i, name] of members.entries()) {
    const verdict = judged[i]!;
    const open = found.at(-1);
    if (open?.verdicts.at(-1) === verdict) {
      open.releases.push(name);
      continue;
    }
    const blame = blameOf(answers, verdict);
    if (open && isAlike(open.verdicts[0]!, open.blame, verdict, blame)) {
      open.releases.push(name);
      open.verdicts.push(verdict);
    } else found.push({ blame, releases: [name], verdicts: [verdict] });
  }
  return found.flatMap(({ blame: { culprits, fixedBy }, releases, verdicts: there }, index): Interval[] => {
    const first = there[0]!;
    if (first.status === 'not-applicable') return [];
    return [
      {
        line,
        from: releases[0]!,
        to: index === found.length - 1 && goesOn ? null : releases.at(-1)!,
        status: first.status,
        basis: weakestOf(there.map((v) => v.basis)),
        confidence: there.some((v) => v.confidence === 'concluded') ? 'concluded' : first.confidence,
        reported: there.some((v) => v.reported),
        releases,
        culprits,
        fixedBy,
        notes: book.notesOf(there),
        evidence: [...new Set(there.flatMap((v) => v.evidence))].sort(),
      },
    ];
  });
}

/** Whether two cells fare the same for the same reasons. Why something works is no reason to tell cells apart. */
function isAlike(a: Verdict, blameA: Blame, b: Verdict, blameB: Blame): boolean {
  return (
    a.status === b.status &&
    isSameList(blameA.culprits, blameB.culprits) &&
    isSameList(blameA.fixedBy, blameB.fixedBy) &&
    a.guard?.says === b.guard?.says &&
    (a.status === 'works' || a.note === b.note)
  );
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((item, at) => item === b[at]));
}

function weakestOf(bases: readonly (Basis | null)[]): Basis | null {
  return STRENGTH.find((basis) => bases.includes(basis)) ?? null;
}

/** Names a row. */
export function rowName(row: Pick<CompatibilityRow, 'consumer' | 'variant'>): string {
  return consumerName(row.consumer, row.variant);
}
