import { consumerName } from '../../../queries/model.ts';
import type { Side, TableDiffDocument } from '../../../queries/table-diff.ts';
import type { Inline, Page } from './page.ts';
import { shortIds, statusInline, stretchText } from './words.ts';

/** Lays out what differs between two releases, or between what was known at two moments. */
export function tableDiffPage(document: TableDiffDocument): Page {
  const moments = document.by === 'moment';
  return {
    title: moments
      ? `What is seen otherwise on ${document.to} than on ${document.from}`
      : `From ${document.from} to ${document.to}`,
    blocks: [
      document.changes.length === 0
        ? { kind: 'text', says: ['Nothing differs.'] }
        : {
            kind: 'table',
            columns: [
              'Consumer',
              'Architecture',
              ...(moments ? ['Releases'] : []),
              'Before',
              'After',
              'Evidence',
            ],
            rows: document.changes.map((c) => [
              [consumerName(c.consumer, c.variant)],
              [c.arch],
              ...(moments ? [[c.from === null ? '' : stretchText({ from: c.from, to: c.to })]] : []),
              side(c.before),
              side(c.after),
              c.evidence.length === 0 ? ['–'] : shortIds(c.evidence),
            ]),
          },
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

function side(s: Side): readonly Inline[] {
  return s === null ? ['not recorded'] : [statusInline(s.status), s.basis === null ? '' : ` (${s.basis})`];
}
