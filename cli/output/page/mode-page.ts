import { optional } from '../../../store/optional-text.ts';
import type { ModeDocument } from '../../../queries/interface/mode.ts';
import { joined, strong, type Block, type Page } from './page.ts';
import { shortIds } from './inline-words.ts';

/** What the registration itself decides, before everything that is so for all. */
function decidedBlocks(behaviours: ModeDocument['behaviours']): readonly Block[] {
  const decided = behaviours.filter((b) => b.depends);
  if (decided.length === 0) return [];
  return [
    {
      kind: 'text',
      says: [
        'This registration decides: ',
        ...joined(
          decided.map((b) => [
            `${b.behaviour} is `,
            b.value === null ? `not known (${b.why ?? ''})` : strong(String(b.value)),
          ]),
          '; ',
        ),
        '.',
      ],
    },
  ];
}

/** Lays out what the kernel does for a registration. */
export function modePage(document: ModeDocument): Page {
  const profile = Object.entries(document.profile)
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(', ');
  const { asOf, absent } = document;
  const nowhere = new Set(absent.map((a) => a.interface));
  const decidesNothing = document.rejectedBy.length > 0;
  const behaviours = document.behaviours.filter(
    (b) => !nowhere.has(b.interface) && !(decidesNothing && b.depends && b.value === null),
  );
  return {
    title: `${document.release} on ${document.arch}${profile === '' ? '' : `, ${profile}`}${optional(', as of ', asOf)}`,
    blocks: [
      ...absent.map((a): Block => ({
        kind: 'text',
        says: [
          strong(`${document.arch} does not have ${a.interface} in ${document.release}`),
          ': there is nothing to register. ',
          ...shortIds(a.evidence),
        ],
      })),
      ...(!decidesNothing
        ? decidedBlocks(behaviours)
        : [
            {
              kind: 'text',
              says: [
                strong('The kernel does not take this registration'),
                `: ${document.rejectedBy.map((name) => `${name} is rejected`).join(', ')}.`,
              ],
            } as const,
          ]),
      ...(behaviours.length === 0 ? [] : [tableOf(behaviours)]),
    ],
  };
}

/** A row for each behaviour of what is there. */
function tableOf(behaviours: ModeDocument['behaviours']): Block {
  return {
    kind: 'table',
    columns: ['Behaviour', 'Value', 'Depends on the registration', 'Guarantee', 'Basis', 'Evidence'],
    rows: behaviours.map((b) => [
      [b.behaviour],
      [
        b.value === null
          ? `not known: ${b.why ?? ''}`
          : b.depends
            ? strong(String(b.value))
            : String(b.value),
      ],
      [b.depends ? 'yes' : 'no'],
      [b.guarantee ?? '–'],
      [b.basis ?? '–'],
      shortIds(b.evidence),
    ]),
  };
}
