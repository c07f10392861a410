import type {
  OwnershipConflict,
  OwnedField,
  OwnershipDocument,
} from '../../../queries/interface/ownership.ts';
import { type Block, type Page } from './page.ts';
import { shortIds } from './inline-words.ts';
import { addTo } from '../../../store/grouping.ts';
import { optional } from '../../../store/optional-text.ts';

/** Lays out who owns which field, and who cannot share the interface. */
export function ownershipPage(document: OwnershipDocument): Page {
  const blocks: Block[] = [
    document.fields.length === 0
      ? { kind: 'text', says: ['No field is recorded.'] }
      : {
          kind: 'table',
          columns: ['Field', 'Owner', 'Used by', 'How', 'Evidence'],
          rows: document.fields.flatMap((f) =>
            f.uses.length === 0
              ? [[[f.field], [owner(f)], ['nobody that is recorded'], [f.says], shortIds([f.event])]]
              : f.uses.map((u, i) => [
                  [i === 0 ? f.field : ''],
                  [i === 0 ? owner(f) : ''],
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
          items: [...byReason(document.conflicts).values()].map((group) => {
            const first = group[0]!;
            const [left, right] = [0, 1].map((side) =>
              [...new Set(group.map((c) => c.consumers[side]!))].join(', '),
            );
            const since = [...new Set(group.flatMap((c) => c.since))];
            return [
              `${left} and ${right}: ${first.field === null ? first.why : group.map((c) => c.why).join('; ')}`,
              ...(since.length > 0 ? [`; since ${since.join(', ')}`] : []),
              ...first.mitigations.map((m) => `; ${m.mitigation} gives ${m.gives} and costs ${m.costs}`),
              ' (',
              ...shortIds([
                ...new Set([...group.flatMap((c) => c.evidence), ...first.mitigations.map((m) => m.event)]),
              ]),
              ')',
            ];
          }),
        },
  );
  return { title: `Ownership${optional(' as of ', document.asOf)}`, blocks };
}

const owner = (f: OwnedField) => `${f.owner}${optional(', since ', f.since)}`;

/** Versions of one program that meet another for the same reason are one item. */
function byReason(
  conflicts: readonly OwnershipConflict[],
): ReadonlyMap<string, readonly OwnershipConflict[]> {
  const found = new Map<string, OwnershipConflict[]>();
  for (const c of conflicts) {
    const programs = c.consumers.map((name) => name.split('/')[0]);
    const key = JSON.stringify([programs, c.field, c.mitigations.map((m) => m.event)]);
    addTo(found, key, c);
  }
  return found;
}
