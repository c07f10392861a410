import { consumerName } from '../../../queries/model/model.ts';
import type { ReleaseNoteDocument, ReleaseNoteEntry } from '../../../queries/tables/release-note.ts';
import { note, type Block, type Inline, type Page } from './page.ts';
import { shortIds, statusInline } from './inline-words.ts';
import { addTo } from '../../../store/grouping.ts';
import { optional } from '../../../store/optional-text.ts';

/** Lays out the sections that a distribution's release note has. */
export function releaseNotePage(document: ReleaseNoteDocument): Page {
  const { release, since, asOf } = document;
  const compared = since === null ? '' : `, compared with ${since}`;
  const section = (says: string, entries: readonly ReleaseNoteEntry[], none: string): readonly Block[] => [
    { kind: 'heading', says },
    entries.length === 0 ? { kind: 'text', says: [none] } : { kind: 'list', items: alike(entries).map(line) },
  ];
  const { broken } = document;
  const newlyBroken = broken.filter((e) => e.status !== 'degraded');
  const degraded = broken.filter((e) => e.status === 'degraded');
  // What is newly broken was just told.
  const told = new Set(broken.map(entryKey));
  const before = document.knownIssues.filter((e) => !told.has(entryKey(e)));
  const versus = since ?? 'the release before';
  return {
    title: `${release}${compared}${optional(', as of ', asOf)}`,
    blocks: [
      ...section('Fixed', document.fixed, `Nothing that was broken in ${versus} is recorded as fixed.`),
      ...section('Newly broken', newlyBroken, `Nothing that worked in ${versus} is recorded as broken.`),
      ...(degraded.length === 0 ? [] : section('Newly degraded', degraded, '')),
      ...section(
        'Known issues',
        before,
        since === null || broken.length === 0 ? 'None are recorded.' : 'None besides.',
      ),
      ...section('Not known', document.unknown, 'Every cell that was asked for has an answer.'),
      ...(document.notes.length === 0
        ? []
        : [
            { kind: 'heading', says: 'Notes' } as const,
            {
              kind: 'notes',
              notes: document.notes.map((n) => [n.says, ' (', ...shortIds(n.evidence), ')']),
            } as const,
          ]),
    ],
  };
}

const entryKey = (e: ReleaseNoteEntry) => JSON.stringify([e.consumer, e.variant, e.archs]);

/** Puts variants of one consumer together of which the same is said. */
function alike(entries: readonly ReleaseNoteEntry[]): readonly (readonly ReleaseNoteEntry[])[] {
  const found = new Map<string, ReleaseNoteEntry[]>();
  for (const e of entries) {
    const key = JSON.stringify([e.consumer, e.archs, e.before, e.status, e.basis, [...e.notes].sort()]);
    addTo(found, key, e);
  }
  return [...found.values()];
}

function line(entries: readonly ReleaseNoteEntry[]): readonly Inline[] {
  const e = entries[0]!;
  const was = e.before === null || e.before === e.status ? [] : [' (was: ', statusInline(e.before), ')'];
  return [
    `${entries.map(({ consumer, variant }) => consumerName(consumer, variant)).join(', ')} on ${e.archs.join(', ')}: `,
    statusInline(e.status),
    ...was,
    ...(e.basis === null ? [] : [`, ${e.basis}`]),
    ...e.notes.flatMap((n): Inline[] => [' ', note(n)]),
    ' ',
    ...shortIds([...new Set(entries.flatMap((each) => each.evidence))], 2),
  ];
}
