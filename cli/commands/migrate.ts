import { migration } from '../../queries/interface/migration.ts';
import { loadModel } from '../../queries/model/load.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { migrationPage } from '../output/page/migration-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

export interface MigrateArguments extends CommonArguments {
  readonly releases?: string;
  readonly archs?: string;
  readonly consumers?: string;
}

/** Says from which kernel to which a process can be moved. */
export async function migrateCommand(world: World, args: MigrateArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = migration(await loadModel(store, viewOf(args)), {
      ...(args.releases === undefined ? {} : { releases: args.releases }),
      ...(args.archs === undefined ? {} : { archs: [args.archs] }),
      ...(args.consumers === undefined ? {} : { consumers: [args.consumers] }),
    });
    await writeAnswer(world, args, document, () => migrationPage(document));
  });
  return 0;
}
