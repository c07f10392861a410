import {
  migrantName,
  type Migration,
  type MigrationDocument,
  type MigrationStatus,
} from '../../../queries/interface/migration.ts';
import { EvidenceNotes } from './evidence-notes.ts';
import { strong, type Block, type Cell, type Inline, type Page } from './page.ts';

const WORD: Readonly<Record<MigrationStatus, Inline>> = {
  works: 'works',
  degraded: strong('degraded'),
  broken: strong('broken'),
  unknown: 'not known',
  'not-applicable': '–',
};

/** Lays out from which kernel (rows) to which (columns) a process can be moved. */
export function migrationPage(document: MigrationDocument): Page {
  const notes = new EvidenceNotes();
  const groups = new Map<string, Migration[]>();
  for (const m of document.migrations) {
    const key = `${migrantName(m)} on ${m.arch}`;
    groups.set(key, [...(groups.get(key) ?? []), m]);
  }
  const blocks: Block[] = [];
  for (const [name, moves] of groups) {
    const starts = [...new Set(moves.map((m) => m.from))];
    blocks.push(
      { kind: 'heading', says: name },
      {
        kind: 'table',
        columns: ['From', ...document.releases],
        rows: starts.map((from): readonly Cell[] => [
          [from],
          ...document.releases.map((to): Cell => {
            const m = moves.find((each) => each.from === from && each.to === to);
            return m === undefined ? ['–'] : [WORD[m.status], ...notes.mark(m.evidence, m.why)];
          }),
        ]),
      },
    );
  }
  blocks.push(...notes.blocks());
  return { title: `Moving processes${document.asOf === null ? '' : ` as of ${document.asOf}`}`, blocks };
}
