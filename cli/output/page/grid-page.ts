import { optional } from '../../../store/optional-text.ts';
import type { TableDocument } from '../../../queries/tables/table-document.ts';
import { consumerName } from '../../../queries/model/model.ts';
import { EvidenceNotes } from './evidence-notes.ts';
import type { Cell, Page } from './page.ts';
import { statusInline } from './inline-words.ts';

/** Lays out a table with a column per release; each cell leads to what it rests on. */
export function gridPage(document: TableDocument): Page {
  const notes = new EvidenceNotes();
  const rows = new Map<string, { cells: Cell[]; there: boolean }>();
  for (const c of document.cells) {
    const name = consumerName(c.consumer, c.variant);
    const key = `${name}\n${c.arch}`;
    const row = rows.get(key) ?? { cells: [[name], [c.arch]], there: false };
    row.cells.push([statusInline(c.status), ...notes.mark(c.evidence)]);
    row.there ||= c.status !== 'not-applicable';
    rows.set(key, row);
  }
  return {
    title: `What works where${optional(', as of ', document.asOf)}`,
    blocks: [
      {
        kind: 'table',
        columns: ['Consumer', 'Architecture', ...document.releases],
        rows: [...rows.values()].filter((r) => r.there).map((r) => r.cells),
      },
      ...notes.blocks(),
    ],
  };
}
