import { stringify } from 'csv-stringify/sync';
import type { CompatibilityDocument } from '../../queries/tables/compatibility.ts';
import { safeText } from './safe-text.ts';
import type { TableDocument } from '../../queries/tables/table-document.ts';

/** Writes RFC 4180 with line feeds; a text that a spreadsheet would take for a formula gets an apostrophe in front. */
function csv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return stringify([[...columns], ...rows.map((row) => row.map(harmless))], { record_delimiter: '\n' });
}

function harmless(text: string): string {
  const visible = text.split('\n').map(safeText).join('\n');
  return /^[=+\-@\t\r]/.test(text) ? `'${visible}` : visible;
}

const list = (names: readonly (string | number)[]) => names.join(' ');

/** Writes a table with a line per cell. */
export function tableCsv(document: TableDocument): string {
  return csv(
    [
      'consumer',
      'variant',
      'version',
      'release',
      'arch',
      'config',
      'status',
      'basis',
      'confidence',
      'reported',
      'culprits',
      'fixed_by',
      'evidence',
      'note',
    ],
    document.cells.map((c) => [
      c.consumer,
      c.variant ?? '',
      c.version ?? '',
      c.release,
      c.arch,
      c.config ?? '',
      c.status,
      c.basis ?? '',
      c.confidence ?? '',
      String(c.reported),
      list(c.culprits),
      list(c.fixedBy),
      list(c.evidence),
      c.note ?? '',
    ]),
  );
}

/** Writes intervals with a line per interval; `to` is empty where it goes on. */
export function compatibilityCsv(document: CompatibilityDocument): string {
  return csv(
    [
      'consumer',
      'variant',
      'arch',
      'line',
      'from',
      'to',
      'status',
      'basis',
      'confidence',
      'reported',
      'culprits',
      'fixed_by',
      'notes',
      'evidence',
    ],
    document.rows.flatMap((row) =>
      row.intervals.map((i) => [
        row.consumer,
        row.variant ?? '',
        row.arch,
        i.line,
        i.from,
        i.to ?? '',
        i.status,
        i.basis ?? '',
        i.confidence ?? '',
        String(i.reported),
        list(i.culprits),
        list(i.fixedBy),
        i.notes.map((n) => document.notes[n - 1]!.says).join(' | '),
        list(i.evidence),
      ]),
    ),
  );
}
