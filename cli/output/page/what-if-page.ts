import type { GoneAndNew } from '../../../queries/knowledge/gone-and-new.ts';
import type { WhatIfDocument } from '../../../queries/knowledge/what-if.ts';
import { flipsTable } from './flips-table.ts';
import { code, type Block, type Inline, type Page } from './page.ts';
import { shortId } from '../words.ts';

/** Lays out what would be seen otherwise if some facts were not, or others were. */
export function whatIfPage(document: WhatIfDocument): Page {
  const { regressions } = document;
  const news = [
    ...regressions.gone.map((r) => [`gone: ${r.id} ${r.title}`]),
    ...regressions.new.map((r) => [`new: ${r.id} ${r.title}`]),
    ...regressions.changed.flatMap((r) => r.says.map((says) => [`${r.id}: ${says}`])),
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
      ...section('Regressions', news),
      ...section('Told apart from regressions', apart(document.apart)),
      ...section('Contradictions', apart(document.contradictions)),
      ...section('Behaviours', apart(document.behaviours)),
      ...section('Coverage', apart(document.coverage)),
      ...section('Ownership', apart(document.ownership)),
      ...section('Proposals', apart(document.proposals)),
      ...section('Moves', apart(document.moves ?? NOTHING)),
      ...section('Predictions', apart(document.predictions ?? NOTHING)),
    ],
  };
}

const section = (says: string, items: readonly (readonly Inline[])[]): readonly Block[] =>
  items.length === 0
    ? []
    : [
        { kind: 'heading', says },
        { kind: 'list', items },
      ];

const NOTHING: GoneAndNew = { gone: [], new: [] };

const apart = ({ gone, new: come }: GoneAndNew): readonly (readonly Inline[])[] => [
  ...gone.map((says) => [`gone: ${says}`]),
  ...come.map((says) => [`new: ${says}`]),
];
