import type { TableCell, TableDocument } from '../../queries/tables/table-document.ts';
import type { Paint, Style } from '../context.ts';
import { safeText, wrap } from './safe-text.ts';
import { columnsOf, groupsOf, type Column, type ColumnGroup } from './table-columns.ts';
import { tableEvidence } from './table-evidence.ts';
import { tableEntries, type TableEntry } from './table-rows.ts';

type Status = TableCell['status'];

/** How a status is shown: by its word, by a mark where words do not fit, in a colour; and what that means. */
const SHOWN: Readonly<Record<Status, { word: string; mark: string; style: Style; means: string }>> = {
  works: { word: 'ok', mark: '✓', style: 'green', means: 'works' },
  broken: { word: 'BROKEN', mark: '✗', style: 'red', means: 'broken' },
  degraded: { word: 'degraded', mark: '~', style: 'yellow', means: 'degraded' },
  refuses: { word: 'refuses', mark: '⊘', style: 'magenta', means: 'its own guard refuses to start' },
  unknown: { word: '?', mark: '?', style: 'dim', means: 'not known' },
  conflict: { word: 'CONFLICT', mark: '!', style: 'red', means: 'evidence disagrees' },
  'not-applicable': { word: '-', mark: '-', style: 'dim', means: 'not there' },
};

/** Words that need no explanation. */
const PLAIN: ReadonlySet<string> = new Set(['ok', 'BROKEN', 'degraded']);

/** One way to show cells: how wide each column is, its heading, and what stands in it. */
interface Layout {
  readonly blocks: readonly Block[];
  readonly isMarks: boolean;
  readonly show: (status: Status) => string;
}

interface Block {
  readonly heads: readonly string[];
  readonly columns: readonly Column[];
  /** Where each column begins and how wide it is. */
  readonly at: readonly number[];
  readonly widths: readonly number[];
}

/**
 * Draws a table for a terminal. What is alike is one entry; cells are words where all columns fit beside one another, else marks
 * under headings of two lines; what even so does not fit goes into further blocks below.
 */
export function tableText(document: TableDocument, columns: number, paint: Paint): string {
  if (document.cells.length === 0) return 'there is no cell to show\n';
  const entries = tableEntries(document);
  const nameWidth = Math.max(8, ...entries.flatMap(namesOf).map((n) => n.length));
  const names = entries.map((entry) => joined(namesOf(entry), nameWidth));
  const archs = entries.map((e) => e.bands.map((b) => archsOf(b.archs, document.archs)));
  const archWidth = Math.max(4, ...archs.flat(2).map((n) => n.length));
  const margin = nameWidth + 1 + archWidth + 2;
  const releases = columnsOf(document.releases);
  const used = new Set(entries.flatMap((e) => e.bands.flatMap((b) => b.statuses)));
  const words = inWords(releases, used);
  const fits = margin + endOf(words.blocks[0]) <= columns;
  const layout = fits ? words : inMarks(releases, Math.max(columns - margin, 1));
  const text = layout.blocks.map((block) => {
    const heads = block.heads.map((h) => `${' '.repeat(margin)}${h}`.trimEnd());
    const lines = entries.flatMap((entry, i) =>
      entryLines(
        { names: names[i]!, archs: archs[i]!, nameWidth, archWidth },
        entry.bands.map((band) => cellsOf(band.statuses, block, layout, paint)),
      ),
    );
    return [...heads.map((h) => paint('bold', h)), ...lines].join('\n');
  });
  const meanings = legend(used, layout, columns, paint);
  const evidence = tableEvidence(document, entries, layout.show).map((line) =>
    wrap(safeText(line), Math.min(columns, 120), '  '),
  );
  const heading = evidence.length === 0 ? [] : [paint('bold', 'Evidence')];
  const parts = [...text, meanings, [...heading, ...evidence].join('\n')];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** What stands left of the cells of an entry. */
interface EntryHead {
  readonly names: readonly string[];
  /** For each band of cells, its architectures in lines. */
  readonly archs: readonly (readonly string[])[];
  readonly nameWidth: number;
  readonly archWidth: number;
}

/** The lines of one entry: its names run down beside its architectures, whose first line has the cells. */
function entryLines(
  { names, archs, nameWidth, archWidth }: EntryHead,
  cellsOfBands: readonly string[],
): readonly string[] {
  const right = archs.flatMap((ofBand, i) =>
    ofBand.map((arch, n) => ({ arch, cells: n === 0 ? cellsOfBands[i]! : '' })),
  );
  const lines: string[] = [];
  for (let i = 0; i < Math.max(names.length, right.length); i++) {
    const { arch, cells } = right[i] ?? { arch: '', cells: '' };
    lines.push(`${(names[i] ?? '').padEnd(nameWidth)} ${arch.padEnd(archWidth)}  ${cells}`.trimEnd());
  }
  return lines;
}

function cellsOf(statuses: readonly Status[], block: Block, layout: Layout, paint: Paint): string {
  let text = '';
  let end = 0;
  block.columns.forEach(({ index }, i) => {
    const status = statuses[index] ?? 'unknown';
    const shown = layout.show(status);
    // A mark stands in the middle of its heading, a word below its beginning.
    const before = layout.isMarks ? Math.floor((block.widths[i]! - 1) / 2) : 0;
    const from = block.at[i]! + before;
    text += `${' '.repeat(from - end)}${paint(SHOWN[status].style, shown)}`;
    end = from + shown.length;
  });
  return text;
}

function inWords(columns: readonly Column[], used: ReadonlySet<Status>): Layout {
  const longest = Math.max(1, ...[...used].map((s) => SHOWN[s].word.length));
  const widths = columns.map((c) => Math.max(c.release.length, longest));
  const at = widths.map((_, i) => widths.slice(0, i).reduce((sum, w) => sum + w + 2, 0));
  const head = columns.map((c, i) => safeText(c.release).padEnd(widths[i]!)).join('  ');
  return {
    blocks: [{ heads: [head], columns, at, widths }],
    isMarks: false,
    show: (status) => SHOWN[status].word,
  };
}

function inMarks(columns: readonly Column[], width: number): Layout {
  const blocks: Block[] = [];
  let line: ColumnGroup[] = [];
  let used = 0;
  for (const group of groupsOf(columns).flatMap((g) => cut(g, width))) {
    if (line.length > 0 && used + 2 + group.width > width) {
      blocks.push(blockOf(line));
      [line, used] = [[], 0];
    }
    used += (line.length > 0 ? 2 : 0) + group.width;
    line.push(group);
  }
  if (line.length > 0) blocks.push(blockOf(line));
  return { blocks, isMarks: true, show: (status) => SHOWN[status].mark };
}

/** A group that is wider than the terminal by itself is cut in two, and its parts again. */
function cut(group: ColumnGroup, width: number): readonly ColumnGroup[] {
  if (group.width <= width || group.columns.length < 2) return [group];
  const half = Math.ceil(group.columns.length / 2);
  return [group.columns.slice(0, half), group.columns.slice(half)].flatMap((part) =>
    groupsOf(part).flatMap((g) => cut(g, width)),
  );
}

function blockOf(groups: readonly ColumnGroup[]): Block {
  const at: number[] = [];
  let [families, owns, from] = ['', '', 0];
  for (const group of groups) {
    families = `${families.padEnd(from)}${safeText(group.family)}`;
    let place = from;
    group.columns.forEach((column, i) => {
      at.push(place);
      owns = `${owns.padEnd(place)}${safeText(column.own)}`;
      place += group.widths[i]! + 1;
    });
    from += group.width + 2;
  }
  return {
    heads: [families, owns],
    columns: groups.flatMap((g) => g.columns),
    at,
    widths: groups.flatMap((g) => g.columns.map((c, i) => (c.own === '' ? g.width : g.widths[i]!))),
  };
}

function endOf(block: Block | undefined): number {
  return block === undefined ? 0 : (block.at.at(-1) ?? 0) + (block.widths.at(-1) ?? 0);
}

/** The names of an entry: the first in full, further variants by what is their own. */
function namesOf({ consumer, variants }: TableEntry): readonly string[] {
  return variants.map((variant, i) =>
    safeText(variant === null ? consumer : i === 0 ? `${consumer}/${variant}` : `  /${variant}`),
  );
}

function archsOf(archs: readonly string[], all: readonly string[]): readonly string[] {
  if (archs.length > 1 && archs.length === all.length) return ['all'];
  return joined(archs.map(safeText), Math.max(7, ...archs.map((a) => a.length)));
}

/** Joins texts with commas into lines of at most this width. */
function joined(texts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    const longer = last === undefined ? null : `${last}, ${text.trimStart()}`;
    if (longer !== null && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(text);
  }
  return lines;
}

/** What the words or marks mean, as far as they occur. */
function legend(used: ReadonlySet<Status>, layout: Layout, columns: number, paint: Paint): string {
  const parts = (Object.keys(SHOWN) as Status[])
    .filter((s) => used.has(s) && !PLAIN.has(layout.show(s)))
    .map((s) => [s, `${layout.show(s)} ${SHOWN[s].means}`] as const);
  let [line, length] = ['', 0];
  const lines: string[] = [];
  for (const [status, text] of parts) {
    if (length > 0 && length + 3 + text.length > columns) {
      lines.push(line);
      [line, length] = ['', 0];
    }
    const shown = layout.show(status);
    line += `${length > 0 ? '   ' : ''}${paint(SHOWN[status].style, shown)}${paint('dim', text.slice(shown.length))}`;
    length += (length > 0 ? 3 : 0) + text.length;
  }
  return [...lines, line].join('\n');
}
