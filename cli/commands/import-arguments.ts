import type { ImportHints } from '../../importers/importer.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import type { EventStore } from '../../store/event-store.ts';
import { StoreError } from '../../store/errors.ts';
import { knownAtPrecision } from '../../store/events/known-at.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { releaseOfUname } from '../../store/names/release-name.ts';
import { openLog, type CommonArguments, type World } from '../context.ts';

/** What a command line can say of what files leave out. */
export interface HintArguments {
  readonly origin?: string;
  readonly release?: string;
  readonly arch?: string;
  readonly config?: string;
  readonly selftestsVersion?: string;
  readonly knownAt?: string;
}

export interface ImportArguments extends CommonArguments, HintArguments {
  readonly type: string;
  readonly files?: readonly string[];
  readonly repo?: string;
  readonly range?: string;
  readonly paths?: string;
  readonly tags?: string;
  readonly line?: string;
  readonly dryRun?: boolean;
}

/** Opens the log to import into; a dry run without a log gets a store of its own, gone when it ends. */
export async function openForImport(world: World, args: ImportArguments): Promise<EventStore> {
  if (args.dryRun !== true) return openLog(world, args, 'create');
  try {
    return await openLog(world, args, 'write');
  } catch (error) {
    // A dry run creates nothing; without a log everything is new.
    if (!(error instanceof StoreError && error.code === 'missing')) throw error;
    const { temporarySqliteStore } = await import('../../store/sqlite/open.ts');
    return temporarySqliteStore();
  }
}

/**
 * What the command line says of what the files leave out.
 *
 * @throws QueryError when a release or a date cannot be read.
 */
export function hintsOf(args: HintArguments): ImportHints {
  const release = releaseOf(args.release);
  const selftests = releaseOf(args.selftestsVersion);
  if (args.knownAt !== undefined && knownAtPrecision(args.knownAt) === null) {
    throw new QueryError(`"${args.knownAt}" is no date`, {
      hint: 'write 2026-04-22T10:00:19Z, 2026-04-22 or 2026-04',
    });
  }
  const { origin, config, knownAt } = args;
  const arch = args.arch === undefined ? undefined : (archOf(args.arch) ?? args.arch);
  return {
    ...(origin === undefined ? {} : { origin }),
    ...(release === undefined ? {} : { release }),
    ...(arch === undefined ? {} : { arch }),
    ...(config === undefined ? {} : { config }),
    ...(selftests === undefined ? {} : { selftests }),
    ...(knownAt === undefined ? {} : { knownAt }),
  };
}

function releaseOf(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  const name = releaseOfUname(written);
  if (name === null)
    throw new QueryError(`"${written}" is no release`, { hint: 'write v6.19-rc1, 7.0.10 or next-20260423' });
  return name;
}
