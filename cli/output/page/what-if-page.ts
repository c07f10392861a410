import { consumerName } from '../../../queries/model.ts';
import type { TableChange } from '../../../queries/table-diff.ts';
import type { WhatIfDocument } from '../../../queries/what-if.ts';
import { code, type Block, type Cell, type Page } from './page.ts';
import { shortId, shortIds, statusInline, stretchText } from './words.ts';

/** Lays out what would be seen otherwise if some facts were not, or others were. */
export function whatIfPage(document: WhatIfDocument): Page {
  const { regressions } = document;
  const news = [
    ...regressions.gone.map((r) => [`gone: ${r.id} ${r.title}`]),
    ...regressions.new.map((r) => [`new: ${r.id} ${r.title}`]),
    ...regressions.changed.map((r) => [`${r.id}: ${r.before} → ${r.after}`]),
  ];
  return {
    title: 'What if',
    blocks: [
      {
        kind: 'list',
        items: [
          ...document.without.map((e) => ['without ', code(shortId(e.id)), ` ${e.says}`]),
          ...document.with.map((e) => ['with ', code(shortId(e.id)), ` ${e.says}`]),
        ],
      },
      document.flips.length === 0
        ? { kind: 'text', says: ['No verdict flips.'] }
        : flipsTable(document.flips),
      ...(news.length === 0
        ? []
        : ([
            { kind: 'heading', says: 'Regressions' },
            { kind: 'list', items: news },
          ] as const)),
    ],
  };
}

/** A table of cells that changed. */
export function flipsTable(flips: readonly TableChange[]): Block {
  const side = (s: TableChange['before']): Cell =>
    s === null ? ['not there'] : [statusInline(s.status), s.basis === null ? '' : ` (${s.basis})`];
  return {
    kind: 'table',
    columns: ['Consumer', 'Architecture', 'Releases', 'Before', 'After', 'Evidence'],
    rows: flips.map((c) => [
      [consumerName(c.consumer, c.variant)],
      [c.arch],
      [c.from === null ? '' : stretchText({ from: c.from, to: c.to })],
      side(c.before),
      side(c.after),
      c.evidence.length === 0 ? ['–'] : shortIds(c.evidence),
    ]),
  };
}
