import { consumerName } from '../../../queries/model/model.ts';
import type { TableChange } from '../../../queries/tables/table-diff.ts';
import type { Block, Cell } from './page.ts';
import { stretchText } from '../words.ts';
import { shortIds, statusInline } from './inline-words.ts';
import { addTo } from '../../../store/grouping.ts';

/** A table of cells that changed; stretches and architectures of one consumer that changed alike are one row. */
export function flipsTable(flips: readonly TableChange[]): Block {
  const side = (s: TableChange['before']): Cell =>
    s === null ? ['not there'] : [statusInline(s.status), s.basis === null ? '' : ` (${s.basis})`];
  const groups = new Map<string, TableChange[]>();
  for (const c of flips) {
    const key = JSON.stringify([c.consumer, c.variant, c.before?.status, c.after?.status]);
    addTo(groups, key, c);
  }
  // One basis stands for all of a row only where all have it.
  const common = (sides: readonly TableChange['before'][]): TableChange['before'] =>
    sides[0] === null || sides.every((s) => s?.basis === sides[0]?.basis)
      ? sides[0]!
      : { status: sides[0]!.status, basis: null };
  return {
    kind: 'table',
    columns: ['Consumer', 'Where', 'Before', 'After', 'Evidence'],
    rows: [...groups.values()].map((group) => [
      [consumerName(group[0]!.consumer, group[0]!.variant)],
      [whereText(group)],
      side(common(group.map((c) => c.before))),
      side(common(group.map((c) => c.after))),
      shortIds([...new Set(group.flatMap((c) => c.evidence))]),
    ]),
  };
}

/** `x86_64, arm64: v6.19-rc1 … v7.0, v7.0.1; arm64: v7.0.10`. */
function whereText(changes: readonly TableChange[]): string {
  const byStretches = new Map<string, string[]>();
  const archs = [...new Set(changes.map((c) => c.arch))];
  for (const arch of archs) {
    const stretches = changes
      .filter((c) => c.arch === arch && c.from !== null)
      .map((c) => stretchText({ from: c.from!, to: c.to }))
      .join(', ');
    addTo(byStretches, stretches, arch);
  }
  return [...byStretches]
    .map(([stretches, at]) => `${at.join(', ')}${stretches === '' ? '' : `: ${stretches}`}`)
    .join('; ');
}
