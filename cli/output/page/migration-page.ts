import {
  migrantName,
  type Migration,
  type MigrationDocument,
  type MigrationStatus,
} from '../../../queries/interface/migration.ts';
import { EvidenceNotes } from './evidence-notes.ts';
import { strong, type Block, type Cell, type Inline, type Page } from './page.ts';
import { addTo } from '../../../store/grouping.ts';
import { optional } from '../../../store/optional-text.ts';

const WORD: Readonly<Record<MigrationStatus, Inline>> = {
  works: 'works',
  degraded: strong('degraded'),
  broken: strong('broken'),
  unknown: 'not known',
  'not-applicable': '–',
};

/** The moves of one consumer on one architecture: how each ends, with the mark of its note. */
interface Matrix {
  /** By release of departure, then of arrival. */
  readonly cells: ReadonlyMap<string, ReadonlyMap<string, Cell>>;
  readonly isEasy: boolean;
}

/** Lays out from which kernel (rows) to which (columns) a process can be moved; what can be moved anywhere is told in a line. */
export function migrationPage(document: MigrationDocument): Page {
  const notes = new EvidenceNotes();
  const moves = new Map<string, Map<string, Migration[]>>();
  for (const m of document.migrations) {
    const byArch = moves.get(migrantName(m)) ?? new Map<string, Migration[]>();
    moves.set(migrantName(m), byArch);
    addTo(byArch, m.arch, m);
  }
  // Consumers and architectures that fare alike share a matrix.
  const alike = new Map<string, { readonly matrix: Matrix; readonly who: Map<string, string[]> }>();
  for (const [name, byArch] of moves) {
    for (const [arch, of] of byArch) {
      const matrix = matrixOf(of, notes);
      const key = JSON.stringify([...matrix.cells].map(([from, row]) => [from, ...row]));
      const known = alike.get(key) ?? { matrix, who: new Map<string, string[]>() };
      alike.set(key, known);
      addTo(known.who, name, arch);
    }
  }
  const easy = [...alike.values()].filter(({ matrix }) => matrix.isEasy);
  const others = [...alike.values()].filter(({ matrix }) => !matrix.isEasy);
  const blocks: Block[] = others.flatMap(({ matrix, who }): Block[] => [
    { kind: 'heading', says: whoText(who) },
    tableOf(matrix, document.releases),
  ]);
  if (easy.length > 0)
    blocks.push(
      { kind: 'heading', says: `From each of these to each: ${document.releases.join(', ')}` },
      {
        kind: 'list',
        items: easyItems(easy),
      },
    );
  if (blocks.length === 0) blocks.push({ kind: 'text', says: ['Nobody is recorded who could be moved.'] });
  blocks.push(...notes.blocks());
  return { title: `Moving processes${optional(' as of ', document.asOf)}`, blocks };
}

/** Who can be moved anywhere, by what that rests on. */
function easyItems(
  easy: readonly { readonly matrix: Matrix; readonly who: ReadonlyMap<string, readonly string[]> }[],
): readonly (readonly Inline[])[] {
  const found = new Map<string, { readonly marks: readonly Inline[]; readonly who: Map<string, string[]> }>();
  for (const { matrix, who } of easy) {
    const marks = marksIn(matrix);
    const known = found.get(JSON.stringify(marks)) ?? { marks, who: new Map<string, string[]>() };
    found.set(JSON.stringify(marks), known);
    for (const [name, archs] of who) known.who.set(name, [...(known.who.get(name) ?? []), ...archs]);
  }
  return [...found.values()].map(({ marks, who }) => [
    `${whoText(who)}: works`,
    ...(marks.length > 0 ? [' ', ...marks] : []),
  ]);
}

function matrixOf(moves: readonly Migration[], notes: EvidenceNotes): Matrix {
  const cells = new Map<string, Map<string, Cell>>();
  for (const m of moves) {
    const row = cells.get(m.from) ?? new Map<string, Cell>();
    cells.set(m.from, row);
    row.set(m.to, [WORD[m.status], ...notes.mark(m.evidence, m.why)]);
  }
  return { cells, isEasy: moves.every((m) => m.status === 'works' || m.status === 'not-applicable') };
}

/** `glibc, librseq on x86_64; glibc on arm64`. */
function whoText(who: ReadonlyMap<string, readonly string[]>): string {
  const byArchs = new Map<string, string[]>();
  for (const [name, archs] of who) {
    const where = archs.join(', ');
    addTo(byArchs, where, name);
  }
  return [...byArchs].map(([where, names]) => `${names.join(', ')} on ${where}`).join('; ');
}

/** A row for each stretch of departures, and a column for each stretch of arrivals, between which nothing differs. */
function tableOf({ cells }: Matrix, releases: readonly string[]): Block {
  const none: Cell = ['–'];
  const at = (from: string, to: string) => cells.get(from)?.get(to) ?? none;
  const starts = releases.filter((name) => cells.has(name));
  const rows = stretchesOf(starts, (from) => JSON.stringify(releases.map((to) => at(from, to))));
  const columns = stretchesOf(releases, (to) => JSON.stringify(starts.map((from) => at(from, to))));
  return {
    kind: 'table',
    columns: ['From', ...columns.map(stretchName)],
    rows: rows.map((row): readonly Cell[] => [
      [stretchName(row)],
      ...columns.map((column) => at(row[0]!, column[0]!)),
    ]),
  };
}

/** Neighbours with one key are one stretch. */
function stretchesOf(
  names: readonly string[],
  key: (name: string) => string,
): readonly (readonly string[])[] {
  const found: string[][] = [];
  let before: string | null = null;
  for (const name of names) {
    const now = key(name);
    if (now === before) found.at(-1)!.push(name);
    else found.push([name]);
    before = now;
  }
  return found;
}

function stretchName(names: readonly string[]): string {
  return names.length <= 2 ? names.join(', ') : `${names[0]!} … ${names.at(-1)!}`;
}

/** The marks of all notes in a matrix, each once. */
function marksIn({ cells }: Matrix): readonly Inline[] {
  const marks = new Map<number, Inline>();
  for (const row of cells.values())
    for (const cell of row.values())
      for (const piece of cell)
        if (typeof piece === 'object' && 'note' in piece) marks.set(piece.note, piece);
  return [...marks.values()].flatMap((mark, i) => (i === 0 ? [mark] : [' ', mark]));
}
