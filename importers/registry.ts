import { factsImporter } from './facts/importer.ts';
import type { Importer, SourceEntry } from './importer.ts';
import { junitImporter } from './junit/importer.ts';
import { kcidbImporter } from './kcidb/importer.ts';
import { ktapImporter } from './ktap/importer.ts';
import { kunitJsonImporter } from './kunit-json/importer.ts';
import { ltpImporter } from './ltp/importer.ts';
import { mailImporter } from './mail/importer.ts';
import { endoflifeCyclesImporter } from './releases/endoflife-cycles.ts';
import { endoflifeImporter } from './releases/endoflife.ts';
import { kernelOrgImporter } from './releases/kernel-org.ts';
import { releaseListImporter } from './releases/release-list.ts';
import { squadImporter } from './squad/importer.ts';

/** Every format that regline reads. */
export const importers: readonly Importer[] = [
  factsImporter,
  ktapImporter,
  junitImporter,
  kunitJsonImporter,
  ltpImporter,
  kcidbImporter,
  mailImporter,
  kernelOrgImporter,
  endoflifeImporter,
  endoflifeCyclesImporter,
  releaseListImporter,
  squadImporter,
];

/** Finds an importer by the name of its format. */
export function importerNamed(format: string): Importer | undefined {
  return importers.find((importer) => importer.format === format);
}

/** Tells the format of a file by its content; null when none is surely right. */
export function sniff(entry: SourceEntry): Importer | null {
  const head = Buffer.from(entry.head).toString('utf8');
  const best = importers
    .map((importer) => ({ importer, sure: importer.sniff(head, entry.name) }))
    .reduce<{ importer: Importer; sure: number } | null>(
      (top, next) => (next.sure > (top?.sure ?? 0) ? next : top),
      null,
    );
  return best?.importer ?? null;
}
