import { optional } from '../../../store/optional-text.ts';
import {
  rowName,
  type CompatibilityDocument,
  type CompatibilityRow,
} from '../../../queries/tables/compatibility.ts';
import { note, type Block, type Cell, type Inline, type Page } from './page.ts';
import { stretchText } from '../words.ts';
import { shortIds, statusInline } from './inline-words.ts';

/** Lays out a compatibility table: a row per stretch of a line over which a consumer fares alike; `narrow`: a table per consumer. */
export function compatibilityPage(document: CompatibilityDocument, narrow = false): Page {
  const dull = document.lines.filter((line) =>
    document.rows.every((row) => row.intervals.every((i) => i.line !== line || i.status === 'works')),
  );
  const lines = document.lines.filter((line) => line === 'mainline' || !dull.includes(line));
  const tables = alike(document.rows).map(([row, archs]) => {
    const shown = row.intervals.filter((i) => lines.includes(i.line));
    const cells = shown.map((i, index): readonly Cell[] => [
      [i.line === shown[index - 1]?.line ? '' : i.line],
      [stretchText(i)],
      [statusInline(i.status)],
      [i.basis ?? '–'],
      i.notes.map(note),
      shortIds(i.evidence, 2),
    ]);
    return { name: rowName(row), archs: archs.join(', '), cells };
  });
  const columns = ['Line', 'Releases', 'Status', 'Basis', 'Notes', 'Evidence'];
  const blocks: Block[] = narrow
    ? tables.flatMap(({ name, archs, cells }): Block[] => [
        { kind: 'heading', says: `${name} on ${archs}` },
        { kind: 'table', columns, rows: cells },
      ])
    : [
        {
          kind: 'table',
          columns: ['Consumer', 'Architectures', ...columns],
          rows: tables.flatMap(({ name, archs, cells }) =>
            cells.map((row, i) => [[i === 0 ? name : ''], [i === 0 ? archs : ''], ...row]),
          ),
        },
      ];
  const quiet = dull.filter((line) => !lines.includes(line));
  if (quiet.length > 0)
    blocks.push({
      kind: 'text',
      says: [
        `Works in every recorded release of ${quiet.join(', ')} (`,
        ...shortIds(evidenceIn(document, new Set(quiet))),
        ').',
      ],
    });
  if (document.notes.length > 0)
    blocks.push({
      kind: 'notes',
      notes: document.notes.map((n) => [n.says, ...evidence(n.evidence)]),
    });
  blocks.push({ kind: 'heading', says: 'What this rests on' }, { kind: 'text', says: [restsOn(document)] });
  const unknown = document.rows.flatMap((row) =>
    row.intervals
      .filter((i) => i.status === 'unknown')
      .map((i) => [
        `${rowName(row)} on ${row.arch}, ${i.line} ${stretchText(i)}`,
        ...i.notes.flatMap((n): Inline[] => [' ', note(n)]),
        ' ',
        ...shortIds(i.evidence, 2),
      ]),
  );
  if (unknown.length > 0)
    blocks.push(
      { kind: 'heading', says: 'Not known' },
      { kind: 'list', items: unknown satisfies readonly (readonly Inline[])[] },
    );
  return {
    title: `Compatibility${optional(' as of ', document.asOf)}`,
    blocks,
  };
}

function evidence(ids: readonly string[]): readonly Inline[] {
  return ids.length === 0 ? [] : [' (', ...shortIds(ids), ')'];
}

/** What the intervals of some lines rest on. */
function evidenceIn(document: CompatibilityDocument, lines: ReadonlySet<string>): readonly string[] {
  const found = document.rows.flatMap((row) =>
    row.intervals.filter((i) => lines.has(i.line)).flatMap((i) => i.evidence),
  );
  return [...new Set(found)];
}

/** Puts rows of one consumer together when all their intervals are equal. */
function alike(
  rows: readonly CompatibilityRow[],
): readonly (readonly [CompatibilityRow, readonly string[]])[] {
  const found = new Map<string, [CompatibilityRow, string[]]>();
  for (const row of rows) {
    const key = JSON.stringify([
      row.consumer,
      row.variant,
      row.intervals.map((i) => [i.line, i.from, i.to, i.status, i.notes]),
    ]);
    const same = found.get(key);
    if (same) same[1].push(row.arch);
    else found.set(key, [row, [row.arch]]);
  }
  return [...found.values()];
}

function restsOn({ bases }: CompatibilityDocument): string {
  const { tested, reported, predicted, inferred, unknown } = bases;
  const all = tested + reported + predicted + inferred + unknown;
  return (
    `Of ${all} cells (consumer variant, release, architecture) ${tested} rest on tests, ${reported} on reports, ` +
    `${predicted} follow from what a recorded change does, ${inferred} are carried on from neighbouring releases, ` +
    `and ${unknown} are not known. What is predicted was not tested.`
  );
}
