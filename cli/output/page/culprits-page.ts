import type { CulpritsDocument, Regression, Suspect } from '../../../queries/regressions/regression.ts';
import { shortChange } from '../../../store/names/change-name.ts';
import { optional } from '../../../store/optional-text.ts';
import { code, strong, type Block, type Inline, type Page } from './page.ts';
import { quietText, stretchText } from '../words.ts';
import { shortIds } from './inline-words.ts';

/** Lays out regressions with their suspects and fixes. */
export function culpritsPage(document: CulpritsDocument): Page {
  const main = document.regressions.filter((r) => r.kind === 'regression');
  const apart = document.regressions.filter((r) => r.kind !== 'regression');
  return {
    title: `Regressions${optional(' as of ', document.asOf)}`,
    blocks: [
      ...(main.length === 0
        ? [{ kind: 'text', says: ['No regressions are known.'] } as const]
        : main.flatMap(blocksOf)),
      ...(apart.length === 0
        ? []
        : [
            {
              kind: 'text',
              says: ['What follows is listed apart: it degrades, refuses, or needs another configuration.'],
            } as const,
            ...apart.flatMap(blocksOf),
          ]),
    ],
  };
}

function blocksOf(r: Regression): readonly Block[] {
  const fixes = r.fixes.map((f) => [
    'Fixed by ',
    code(shortChange(f.change)),
    ` ${f.subject} (${Object.entries(f.releases)
      .map(([line, where]) => `${line}: ${where}`)
      .join(', ')})`,
  ]);
  const passes = Object.entries(r.passesAgain ?? {}).map(([line, release]) => `${line}: ${release}`);
  const announced = (r.fixes.length > 0 ? [] : r.announced).map((a) => [
    `Announced: ${a.says} (${a.status}, ${a.by}) `,
    ...shortIds([a.event]),
  ]);
  return [
    { kind: 'heading', says: `${r.id}: ${r.title}` },
    {
      kind: 'list',
      items: [
        [
          'Documented contract ',
          strong(r.contract),
          '; observed behaviour ',
          strong(r.observed),
          `; ${r.reported ? 'reported' : 'nobody has reported it'}.`,
        ],
        [
          r.firstBad.length === 0
            ? 'No release that is recorded is named.'
            : `Last good ${r.lastGood.join(', ') || 'never'}, first bad ${r.firstBad.join(', ')}; affected: ${r.affected.map((s) => `${stretchText(s)} (${s.line})`).join(', ')}.`,
        ],
        ...r.suspects.map(suspectSays),
        ...(fixes.length > 0
          ? fixes
          : [[r.repairs.length > 0 ? 'Nothing is fixed in the kernel.' : 'No fix is recorded.']]),
        ...r.repairs.map((x) => [
          `Repaired in ${x.consumer}: ${x.what} (${x.status}) `,
          ...shortIds([x.event]),
        ]),
        ...(passes.length === 0 ? [] : [[`Passes again: ${passes.join(', ')}.`]]),
        ...Object.entries(r.quiet ?? {}).map(([line, quiet]) => [`In ${line} it ${quietText(quiet)}.`]),
        ...announced,
        ['Evidence: ', ...shortIds(r.evidence, 12)],
      ],
    },
  ];
}

function suspectSays(s: Suspect): readonly Inline[] {
  return [
    `Suspect ${s.rank} (${s.role}): `,
    code(shortChange(s.change)),
    ` ${s.subject}. `,
    [
      ...(s.for.length > 0 ? [`For it: ${s.for.join('; ')}.`] : []),
      ...(s.against.length > 0 ? [`Against it: ${s.against.join('; ')}.`] : []),
    ].join(' '),
  ];
}
