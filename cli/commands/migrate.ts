import { codeId } from '../code-id.ts';
import { migration } from '../../queries/interface/migration.ts';
import { loadForCells } from '../../queries/kept/load-kept.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { migrationPage } from '../output/page/migration-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { cellsOf, type CellArguments } from './cells.ts';

export interface MigrateArguments extends CommonArguments, CellArguments {
  readonly releases?: string;
}

/** Says from which kernel to which a process can be moved. */
export async function migrateCommand(world: World, args: MigrateArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = migration(await loadForCells(store, viewOf(args), codeId()), {
      ...(args.releases === undefined ? {} : { releases: args.releases }),
      ...cellsOf(args),
    });
    await writeAnswer(world, args, document, () => migrationPage(document));
  });
  return 0;
}
