import type { TableCell, TableDocument } from '../../queries/tables/table-document.ts';
import { consumerName } from '../../queries/model/model.ts';
import { shortIdsText } from './words.ts';
import { parseReleaseName } from '../../store/names/release-name.ts';
import { columnsOf } from './table-columns.ts';
import type { Band, TableEntry } from './table-rows.ts';
import { addTo } from '../../store/grouping.ts';

/**
 * Says what the cells of a grid rest on, which has no room for it: a line for each row, a part for each stretch of neighbouring columns
 * with one status. What is not there rests on nothing.
 *
 * @param show how the grid shows a status
 */
export function tableEvidence(
  document: TableDocument,
  entries: readonly TableEntry[],
  show: (status: TableCell['status']) => string,
): readonly string[] {
  const cells = new Map<string, TableCell[]>();
  for (const cell of document.cells) {
    const key = keyOf(cell.consumer, cell.variant, cell.arch);
    addTo(cells, key, cell);
  }
  return entries.flatMap((entry) =>
    entry.bands.flatMap((band) => {
      const rows = entry.variants.flatMap((variant) =>
        band.archs.flatMap((arch) => cells.get(keyOf(entry.consumer, variant, arch)) ?? []),
      );
      const parts = partsOf(document.releases, band, rows, show);
      const names = entry.variants.map((variant) => consumerName(entry.consumer, variant)).join(', ');
      return parts.length === 0 ? [] : [`${names} on ${band.archs.join(', ')}: ${parts.join('; ')}`];
    }),
  );
}

function keyOf(consumer: string, variant: string | null, arch: string): string {
  return JSON.stringify([consumer, variant, arch]);
}

function partsOf(
  releases: readonly string[],
  { statuses }: Band,
  cells: readonly TableCell[],
  show: (status: TableCell['status']) => string,
): readonly string[] {
  const evidence = new Map<string, Set<string>>();
  for (const cell of cells) {
    const known = evidence.get(cell.release) ?? new Set<string>();
    evidence.set(cell.release, known);
    for (const id of cell.evidence) known.add(id);
  }
  const runs: { status: TableCell['status']; from: string; to: string; ids: Set<string> }[] = [];
  for (const { index, release } of columnsOf(releases)) {
    const status = statuses[index]!;
    const last = runs.at(-1);
    // Names that are no versions have no order among the others.
    const isNext =
      last !== undefined && parseReleaseName(last.to) !== null && parseReleaseName(release) !== null;
    const run =
      last?.status === status && isNext
        ? last
        : { status, from: release, to: release, ids: new Set<string>() };
    if (run !== last) runs.push(run);
    run.to = release;
    for (const id of evidence.get(release) ?? []) run.ids.add(id);
  }
  return runs
    .filter(({ status, ids }) => status !== 'not-applicable' && ids.size > 0)
    .map(
      ({ status, from, to, ids }) =>
        `${show(status)} ${from === to ? from : `${from} … ${to}`} [${shortIdsText([...ids])}]`,
    );
}
