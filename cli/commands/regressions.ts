import { loadModel } from '../../queries/model/load.ts';
import { regressionLives } from '../../queries/regressions/regression-life.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { regressionsPage } from '../output/page/regressions-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

/** Lists what the replay finds with how far each has come, the splits it proposes, and what the tracker was told. */
export async function regressionsCommand(world: World, args: CommonArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = regressionLives(await loadModel(store, viewOf(args)));
    await writeAnswer(world, args, document, () => regressionsPage(document));
  });
  return 0;
}
