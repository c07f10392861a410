import { safeText, wrap } from './safe-text.ts';

/** Lists rows in aligned columns; the last column takes what is left of the terminal and goes on below itself. */
export function listingText(rows: readonly (readonly string[])[], columns: number): string {
  const safe = rows.map((row) => row.map(safeText));
  const widths: number[] = [];
  for (const row of safe)
    row.slice(0, -1).forEach((text, i) => {
      widths[i] = Math.max(widths[i] ?? 0, text.length);
    });
  const margin = widths.reduce((sum, w) => sum + w + 2, 0);
  // Where hardly anything is left for it, the last column is not broken: the terminal does it better.
  const width = columns - margin >= 20 ? columns : Infinity;
  return safe
    .map((row) => {
      const before = row.slice(0, -1).map((text, i) => `${text.padEnd(widths[i]!)}  `);
      return `${before.join('')}${wrap(row.at(-1) ?? '', width, ' '.repeat(margin))}`.trimEnd() + '\n';
    })
    .join('');
}
