import { resultsModel } from '../../queries/results/results-model.ts';
import { testsSeenModel } from '../../queries/results/tests-seen.ts';
import { withLog, writeJson, type CommonArguments, type World } from '../context.ts';

/** The read models whose rows are kept beside the log. */
export const READ_MODELS = [resultsModel, testsSeenModel];

/** Makes everything that is not the log anew. */
export async function rebuildCommand(world: World, args: CommonArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    await store.dropReadModels();
    for (const model of READ_MODELS) await store.rows(model);
    if (args.format === 'json') writeJson(world, { schema: 'regline.rebuild/1' });
    else world.out('everything that is derived from the log was rebuilt\n');
  });
  return 0;
}
