import Table from 'cli-table3';
import type { Paint } from '../../context.ts';
import { safeText, wrap } from '../safe-text.ts';
import { writeInline, type Block, type Inline, type InlineWriter, type Page } from './page.ts';

/** Blanks between two columns. */
const GAP = 2;
/** A column is not made narrower than this for the sake of others, where that can be: a word a line is hard to read. */
const NARROWEST = 12;

const plain: InlineWriter = {
  text: safeText,
  code: safeText,
  strong: safeText,
  note: (number) => `[${number}]`,
};

const line = (pieces: readonly Inline[]) => writeInline(plain, pieces);

/** Writes a page for a terminal of this width. */
export function textPage(page: Page, columns: number, paint: Paint): string {
  const width = Math.min(columns, 160);
  const parts = [paint('bold', wrap(safeText(page.title), width))];
  for (const b of page.blocks) parts.push(block(b, width, paint));
  return `${parts.join('\n\n')}\n`;
}

function block(b: Block, width: number, paint: Paint): string {
  switch (b.kind) {
    case 'heading':
      return paint('bold', wrap(safeText(b.says), width));
    case 'text':
      return wrap(line(b.says), width);
    case 'list':
      return b.items.map((item) => `  - ${wrap(line(item), width, '    ')}`).join('\n');
    case 'table':
      return tableOf(b, width, paint);
    case 'notes':
      return b.notes
        .map((says, i) => {
          const number = `[${i + 1}]`.padStart(5);
          return `${paint('dim', number)} ${wrap(line(says), width, '      ')}`;
        })
        .join('\n');
  }
}

/**
 * Columns get what they need; where that is too much, the wide ones share what is left and break their lines. Where
 * even that is too wide, what stands in the first column becomes a line of its own, with the other columns below it.
 */
function tableOf(b: Extract<Block, { kind: 'table' }>, width: number, paint: Paint): string {
  const rows = b.rows.map((row) => b.columns.map((_, i) => line(row[i] ?? [])));
  const head = b.columns.map((c) => safeText(c));
  const widths = widthsOf([head, ...rows], width);
  if (b.columns.length < 3 || across(widths) <= width) {
    const parts = [drawn(rows.slice(0, ROWS_AT_ONCE), widths, head.map(dim))];
    for (let from = ROWS_AT_ONCE; from < rows.length; from += ROWS_AT_ONCE)
      parts.push(drawn(rows.slice(from, from + ROWS_AT_ONCE), widths, []));
    return parts.join('\n');
  }
  const below = widthsOf(
    [head, ...rows].map((row) => row.slice(1)),
    width - GAP,
  );
  const stacked: Row[] = [...headed(head[0]!, head.slice(1))].map((row) => row.map(dimCell));
  rows.forEach((row, i) => {
    const [first, ...others] = row;
    const again = i > 0 && (first === '' || first === rows[i - 1]![0]);
    stacked.push(...(again ? [['', ...others]] : headed(first!, others)));
  });
  const parts: string[] = [];
  for (let from = 0; from < stacked.length; from += ROWS_AT_ONCE)
    parts.push(drawn(stacked.slice(from, from + ROWS_AT_ONCE), [0, ...below], []));
  return parts.join('\n');

  function dim(text: string): string {
    return paint('dim', text);
  }
  function dimCell(cell: Cell): Cell {
    return typeof cell === 'string' ? dim(cell) : { ...cell, content: dim(cell.content) };
  }
}

type Cell = string | { readonly content: string; readonly colSpan: number };
type Row = readonly Cell[];

/** A first cell as a line across the table, and the others of its row below. */
function headed(first: string, others: readonly string[]): readonly Row[] {
  return [[{ content: first, colSpan: others.length + 1 }], ['', ...others]];
}

/** How wide each column is drawn: narrow columns are spared, unless the table does not fit then. */
function widthsOf(rows: readonly (readonly string[])[], width: number): readonly number[] {
  const cells = rows[0]!.map((_, i) => rows.map((row) => row[i]!));
  const need = cells.map(longest);
  const words = cells.map((column) => longest(column.flatMap((c) => c.split(' '))));
  const least = words.map((w, i) => Math.max(Math.min(need[i]!, NARROWEST), w));
  const room = width - GAP * (need.length - 1);
  const spared = fairWidths(need, least, room);
  return across(spared) <= width ? spared : fairWidths(need, words, room);
}

/** The width of a whole table. */
function across(widths: readonly number[]): number {
  return widths.reduce((sum, w) => sum + w, 0) + GAP * (widths.length - 1);
}

/** Rows that are laid out together: the library hands all of them to one function, and takes no hundred thousand. */
const ROWS_AT_ONCE = 1000;

function drawn(rows: readonly Row[], widths: readonly number[], head: string[]): string {
  const none = '';
  const table = new Table({
    head,
    colWidths: widths.map((w) => w + GAP),
    wordWrap: true,
    wrapOnWordBoundary: true,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    chars: {
      top: none,
      'top-mid': none,
      'top-left': none,
      'top-right': none,
      bottom: none,
      'bottom-mid': none,
      'bottom-left': none,
      'bottom-right': none,
      left: none,
      'left-mid': none,
      mid: none,
      'mid-mid': none,
      right: none,
      'right-mid': none,
      middle: none,
    },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((l) => l.trimEnd())
    .join('\n');
}

/** The length of the longest text: there may be more of them than a function takes arguments. */
function longest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}

/**
 * Shares room among columns: each gets what it needs at least, then the widest are cut until all fit. Where even the
 * words do not fit, the table is wider than the terminal, which a pager can scroll and a copy keeps whole.
 */
export function fairWidths(
  need: readonly number[],
  least: readonly number[],
  room: number,
): readonly number[] {
  let limit = Math.max(...need, 1);
  const at = (l: number) => need.map((n, i) => Math.max(Math.min(n, l), least[i]!));
  const total = (l: number) => at(l).reduce((sum, n) => sum + n, 0);
  while (limit > 1 && total(limit) > room) limit -= 1;
  return at(limit);
}
