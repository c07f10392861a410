import type { WhatIfDocument } from '../../../queries/knowledge/what-if.ts';
import { flipsTable } from './flips-table.ts';
import { code, type Page } from './page.ts';
import { shortId } from './words.ts';

/** Lays out what would be seen otherwise if some facts were not, or others were. */
export function whatIfPage(document: WhatIfDocument): Page {
  const { regressions, contradictions } = document;
  const disputes = [
    ...contradictions.gone.map((about) => [`gone: ${about}`]),
    ...contradictions.new.map((about) => [`new: ${about}`]),
  ];
  const news = [
    ...regressions.gone.map((r) => [`gone: ${r.id} ${r.title}`]),
    ...regressions.new.map((r) => [`new: ${r.id} ${r.title}`]),
    ...regressions.changed.map((r) => [
      `${r.id}: ${r.says.length > 0 ? r.says.join('; ') : `${r.before} → ${r.after}`}`,
    ]),
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
      ...(disputes.length === 0
        ? []
        : ([
            { kind: 'heading', says: 'Contradictions' },
            { kind: 'list', items: disputes },
          ] as const)),
    ],
  };
}
