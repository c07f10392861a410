import { contradictions } from '../../queries/knowledge/contradictions.ts';
import { loadModel } from '../../queries/model/load.ts';
import { rivalRuns } from '../../queries/results/rival-runs.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { contradictionsPage } from '../output/page/contradictions-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { originsOf } from './origins.ts';

/** Shows what speaks against what, with what would settle it. */
export async function contradictionsCommand(world: World, args: CommonArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const model = await loadModel(store, viewOf(args));
    const document = contradictions(model, await originsOf(store, model), await rivalRuns(store, model));
    await writeAnswer(world, args, document, () => contradictionsPage(document));
  });
  return 0;
}
