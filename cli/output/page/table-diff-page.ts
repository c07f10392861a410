import type { TableDiffDocument } from '../../../queries/tables/table-diff.ts';
import type { Page } from './page.ts';
import { flipsTable } from './flips-table.ts';

/** A moment of the table: a day, an instant, or now. */
const on = (moment: string) => (moment === 'now' ? moment : `on ${moment}`);

/** Lays out what differs between two releases, or between what was known at two moments. */
export function tableDiffPage(document: TableDiffDocument): Page {
  const moments = document.by === 'moment';
  return {
    title: moments
      ? `What is seen otherwise ${on(document.to)} than ${on(document.from)}`
      : `From ${document.from} to ${document.to}`,
    blocks: [
      document.changes.length === 0
        ? { kind: 'text', says: ['Nothing differs.'] }
        : flipsTable(document.changes),
      ...(document.newReleases.length === 0
        ? []
        : [
            {
              kind: 'text',
              says: [`Released in between, and so not compared: ${document.newReleases.join(', ')}.`],
            } as const,
          ]),
    ],
  };
}
