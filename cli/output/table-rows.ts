import type { TableCell, TableDocument } from '../../queries/tables/table-document.ts';

type Status = TableCell['status'];

/** Architectures on which a consumer fares alike at every release. */
export interface Band {
  readonly archs: readonly string[];
  /** One for each release of the document. */
  readonly statuses: readonly Status[];
}

/** Variants of a consumer that fare alike everywhere, in one entry of a table. */
export interface TableEntry {
  readonly consumer: string;
  /** Null is the consumer as it usually is. */
  readonly variants: readonly (string | null)[];
  readonly bands: readonly Band[];
}

/**
 * Draws together what a reader would compare by eye and find alike: architectures of a consumer, then variants of it. Where a
 * consumer is on no release of an architecture, that architecture is left out.
 */
export function tableEntries(document: TableDocument): readonly TableEntry[] {
  const variants = new Map<
    string,
    Pick<TableEntry, 'consumer'> & { variant: string | null; bands: Band[] }
  >();
  for (const [key, { cell, byArch }] of statusesByConsumer(document)) {
    const bands = new Map<string, { archs: string[]; statuses: readonly Status[] }>();
    for (const [arch, statuses] of byArch) {
      if (statuses.every((s) => s === 'not-applicable')) continue;
      const band = bands.get(statuses.join()) ?? { archs: [], statuses };
      band.archs.push(arch);
      bands.set(statuses.join(), band);
    }
    if (bands.size > 0)
      variants.set(key, { consumer: cell.consumer, variant: cell.variant, bands: [...bands.values()] });
  }
  const entries = new Map<string, TableEntry & { variants: (string | null)[] }>();
  for (const { consumer, variant, bands } of variants.values()) {
    const key = JSON.stringify([consumer, bands]);
    const alike = entries.get(key);
    if (alike) alike.variants.push(variant);
    else entries.set(key, { consumer, variants: [variant], bands });
  }
  return [...entries.values()];
}

function statusesByConsumer({ cells }: TableDocument) {
  const found = new Map<string, { cell: TableCell; byArch: Map<string, Status[]> }>();
  for (const cell of cells) {
    const key = JSON.stringify([cell.consumer, cell.variant]);
    const here = found.get(key) ?? { cell, byArch: new Map<string, Status[]>() };
    found.set(key, here);
    const statuses = here.byArch.get(cell.arch);
    if (statuses) statuses.push(cell.status);
    else here.byArch.set(cell.arch, [cell.status]);
  }
  return found;
}
