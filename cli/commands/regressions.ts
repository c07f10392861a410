import { codeId } from '../code-id.ts';
import { keptAnswer } from '../../queries/kept/kept-answers.ts';
import { allRegressions } from '../../queries/kept/kept-questions.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { regressionsPage } from '../output/page/regressions-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

/** Lists what the replay finds with how far each has come, the splits it proposes, and what the tracker was told. */
export async function regressionsCommand(world: World, args: CommonArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = await keptAnswer(store, viewOf(args), codeId(), allRegressions);
    await writeAnswer(world, args, document, () => regressionsPage(document));
  });
  return 0;
}
