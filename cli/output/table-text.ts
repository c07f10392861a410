import type { TableCell, TableDocument } from '../../queries/documents.ts';
import type { Style } from '../context.ts';
import { safeText } from './safe-text.ts';

const WORD: Readonly<Record<TableCell['status'], readonly [string, Style]>> = {
  works: ['ok', 'green'],
  broken: ['BROKEN', 'red'],
  degraded: ['slow', 'yellow'],
  refuses: ['refuses', 'magenta'],
  unknown: ['?', 'dim'],
  conflict: ['CONFLICT', 'red'],
  'not-applicable': ['-', 'dim'],
};

const LEGEND =
  'ok works   BROKEN broken   slow degraded   refuses a guard refuses to start   CONFLICT evidence disagrees   ? not known   - not there';

interface TableRow {
  readonly name: string;
  readonly arch: string;
  readonly cells: readonly TableCell[];
}

function rowsOf(document: TableDocument): readonly TableRow[] {
  const rows = new Map<string, { name: string; arch: string; cells: TableCell[] }>();
  for (const cell of document.cells) {
    const name = cell.variant === null ? cell.consumer : `${cell.consumer}/${cell.variant}`;
    const key = `${name}\n${cell.arch}`;
    const row = rows.get(key) ?? { name, arch: cell.arch, cells: [] };
    row.cells.push(cell);
    rows.set(key, row);
  }
  return [...rows.values()].filter((row) => row.cells.some((c) => c.status !== 'not-applicable'));
}

/** Draws a table for a terminal; columns that do not fit go into further blocks below. */
export function tableText(
  document: TableDocument,
  columns: number,
  paint: (style: Style, text: string) => string,
): string {
  const rows = rowsOf(document);
  const releases = document.releases;
  const nameWidth = Math.max(8, ...rows.map((r) => safeText(r.name).length));
  const archWidth = Math.max(4, ...rows.map((r) => safeText(r.arch).length));
  const widths = releases.map((name, i) =>
    Math.max(name.length, ...rows.map((r) => WORD[r.cells[i]?.status ?? 'unknown'][0].length)),
  );
  const blocks: number[][] = [[]];
  let used = nameWidth + archWidth + 1;
  releases.forEach((_, i) => {
    if (used + 2 + widths[i]! > columns && blocks.at(-1)!.length > 0) {
      blocks.push([]);
      used = nameWidth + archWidth + 1;
    }
    used += 2 + widths[i]!;
    blocks.at(-1)!.push(i);
  });
  const text = blocks.map((block) => {
    const margin = ''.padEnd(nameWidth + archWidth + 1);
    const head = `${margin}${block.map((i) => `  ${releases[i]!.padEnd(widths[i]!)}`).join('')}`.trimEnd();
    let last = '';
    const lines = rows.map((row) => {
      const name = row.name === last ? '' : safeText(row.name);
      last = row.name;
      const cells = block.map((i) => {
        const [word, style] = WORD[row.cells[i]?.status ?? 'unknown'];
        return `  ${paint(style, word)}${' '.repeat(widths[i]! - word.length)}`;
      });
      return `${name.padEnd(nameWidth)} ${safeText(row.arch).padEnd(archWidth)}${cells.join('')}`.trimEnd();
    });
    return [paint('bold', head), ...lines].join('\n');
  });
  return `${text.join('\n\n')}\n\n${paint('dim', LEGEND)}\n`;
}
