import type { ImportHints, Importer } from '../../importers/importer.ts';
import type { RepositoryImporter } from '../../importers/repository-importer.ts';
import type { BatchHeader, EventStore } from '../../store/event-store.ts';
import { actorOf, type World } from '../context.ts';
import { TOOL } from '../version.ts';
import type { EarlierReadings } from './earlier-readings.ts';
import type { ImportArguments } from './import-arguments.ts';

/** One import: where it goes, and what the command line says. */
export interface ImportRun {
  readonly world: World;
  readonly args: ImportArguments;
  readonly store: EventStore;
  readonly hints: ImportHints;
  /** Null: the format is told from the content. */
  readonly chosen: Importer | null;
  /** What the log held before this import, looked at when the first file is read. */
  readonly earlier: () => Promise<EarlierReadings>;
}

/** Says who took what in with which importer: `carrier` is the file or the clone, with the hash of its bytes if it has any. */
export function batchHeader(
  world: World,
  importer: Importer | RepositoryImporter,
  carrier: string,
  carrierHash: string | null,
): BatchHeader {
  return {
    recordedAt: world.now().toISOString(),
    actor: actorOf(world),
    tool: TOOL,
    importer: `${importer.format}/${importer.version}`,
    carrier,
    carrierHash,
  };
}
