import { blktestsImporter } from '../blktests/importer.ts';
import { bootlogImporter, looksLikeConsole } from '../bootlog/importer.ts';
import { dejagnuImporter } from '../dejagnu/importer.ts';
import { eventsImporter } from '../events/importer.ts';
import { factsImporter } from '../facts/importer.ts';
import { fstestsImporter } from '../fstests/importer.ts';
import { catalogueImporter } from '../catalogue/importer.ts';
import { gitImporter } from '../git/importer.ts';
import type { Importer, SourceEntry } from '../importer.ts';
import { junitImporter } from '../junit/importer.ts';
import { kbuildImporter } from '../kbuild/importer.ts';
import { kcidbImporter } from '../kcidb/importer.ts';
import { holdsResults } from '../ktap/holds-results.ts';
import { ktapImporter } from '../ktap/importer.ts';
import { kunitConsoleImporter } from '../kunit-console/importer.ts';
import { kunitJsonImporter } from '../kunit-json/importer.ts';
import { kvmUnitTestsImporter } from '../kvm-unit-tests/importer.ts';
import { lavaImporter } from '../lava/importer.ts';
import { ltpImporter } from '../ltp/importer.ts';
import { mailImporter } from '../mail/importer.ts';
import { perfTestImporter } from '../perf-test/importer.ts';
import { probeImporter } from '../probe/importer.ts';
import { distributionKernelsImporter } from '../releases/distribution-kernels.ts';
import { endoflifeCyclesImporter } from '../releases/endoflife-cycles.ts';
import { endoflifeImporter } from '../releases/endoflife.ts';
import { kernelOrgImporter } from '../releases/kernel-org.ts';
import { releaseListImporter } from '../releases/release-list.ts';
import { squadImporter } from '../squad/importer.ts';
import type { RepositoryImporter } from '../repository-importer.ts';
import { hasBootLoader } from '../console/boot-loader.ts';

/** Every format that regline reads. */
export const importers: readonly Importer[] = [
  factsImporter,
  ktapImporter,
  probeImporter,
  junitImporter,
  kunitJsonImporter,
  kunitConsoleImporter,
  ltpImporter,
  fstestsImporter,
  blktestsImporter,
  kvmUnitTestsImporter,
  perfTestImporter,
  dejagnuImporter,
  kcidbImporter,
  mailImporter,
  kernelOrgImporter,
  endoflifeImporter,
  endoflifeCyclesImporter,
  releaseListImporter,
  distributionKernelsImporter,
  squadImporter,
  lavaImporter,
  bootlogImporter,
  kbuildImporter,
  eventsImporter,
];

/** Everything that regline reads in the history of a clone. */
export const repositoryImporters: readonly RepositoryImporter[] = [gitImporter, catalogueImporter];

/** Finds an importer by the name of its format. */
export function importerNamed(format: string): Importer | undefined {
  return importers.find((importer) => importer.format === format);
}

/** Tells the format of a file by its content; null when none is surely right. */
export async function sniff(entry: SourceEntry): Promise<Importer | null> {
  const head = Buffer.from(entry.head).toString('utf8');
  let best: Importer | null = null;
  let top = 0;
  for (const importer of importers) {
    if (importer.surest !== undefined && importer.surest <= top) continue;
    let sure = importer.sniff(head, entry.name);
    if (sure > 0 && importer.look) sure = await importer.look(entry);
    if (sure > top) [best, top] = [importer, sure];
  }
  return best;
}

/** Tells the format of a file that came with another; null where nothing is read that may come so. */
export async function sniffOfAnybody(entry: SourceEntry): Promise<Importer | null> {
  const importer = await sniff(entry);
  return importer?.comesWithOthers?.(Buffer.from(entry.head).toString('latin1')) === true ? importer : null;
}

/** What a console may show besides the tests that it was told by: those of another suite, run one after the other. */
const ON_CONSOLE: readonly Importer[] = [ktapImporter, ltpImporter, fstestsImporter, blktestsImporter];

/** Whether a file of this format may hold others, or be read as another besides. */
export function mayHoldMore(importer: Importer): boolean {
  return importer === mailImporter || importer === lavaImporter || ON_CONSOLE.includes(importer);
}

/**
 * What a file is to be read as besides the format that `sniff` told; nothing for nearly all. A console with test results in it also says
 * how its kernel did, which comes first here, and may hold results of other suites.
 */
export async function formatsBeside(importer: Importer, entry: SourceEntry): Promise<readonly Importer[]> {
  const isOnConsole = ON_CONSOLE.includes(importer);
  if (!isOnConsole && importer !== lavaImporter) return [];
  const head = Buffer.from(entry.head).toString('utf8');
  // A boot loader may fill the head of a file: the kernel speaks behind it.
  if (!looksLikeConsole(head) && !hasBootLoader(head)) return [];
  const beside: Importer[] = [bootlogImporter];
  // A job of LAVA tells each result once more itself.
  if (!isOnConsole) return beside;
  for (const other of ON_CONSOLE) if (other !== importer && (await isShown(other, entry))) beside.push(other);
  return beside;
}

/** Whether a console shows results of a format, wherever they begin. */
async function isShown(importer: Importer, entry: SourceEntry): Promise<boolean> {
  return importer === ktapImporter ? holdsResults(entry) : (await importer.look!(entry)) >= 0.5;
}
