import type { OwnershipDocument } from '../../../queries/ownership.ts';
import { type Block, type Page } from './page.ts';
import { shortIds } from './words.ts';

/** Lays out who owns which field, and who cannot share the interface. */
export function ownershipPage(document: OwnershipDocument): Page {
  const blocks: Block[] = [
    {
      kind: 'table',
      columns: ['Field', 'Owner', 'Since', 'Used by', 'How', 'Evidence'],
      rows: document.fields.flatMap((f) =>
        f.uses.length === 0
          ? [[[f.field], [f.owner], [f.since ?? '–'], ['nobody that is recorded'], [f.says], ['–']]]
          : f.uses.map((u, i) => [
              [i === 0 ? f.field : ''],
              [i === 0 ? f.owner : ''],
              [i === 0 ? (f.since ?? '–') : ''],
              [u.consumer],
              [`${u.use}: ${u.how}`],
              shortIds([u.event]),
            ]),
      ),
    },
    { kind: 'heading', says: 'Who cannot live in one process' },
  ];
  blocks.push(
    document.conflicts.length === 0
      ? { kind: 'text', says: ['No two consumers that are recorded get into each other’s way.'] }
      : {
          kind: 'list',
          items: document.conflicts.map((c) => [
            `${c.consumers.join(' and ')}: ${c.why}`,
            ...(c.since.length > 0 ? [`; since ${c.since.join(' and ')}`] : []),
            ...c.mitigations.map((m) => `; ${m.mitigation} gives ${m.gives} and costs ${m.costs}`),
            ' (',
            ...shortIds([...c.evidence, ...c.mitigations.map((m) => m.event)]),
            ')',
          ]),
        },
  );
  return { title: `Ownership${document.asOf === null ? '' : ` as of ${document.asOf}`}`, blocks };
}
