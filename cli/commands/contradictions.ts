import { codeId } from '../code-id.ts';
import { keptAnswer } from '../../queries/kept/kept-answers.ts';
import { allContradictions } from '../../queries/kept/kept-questions.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { contradictionsPage } from '../output/page/contradictions-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

/** Shows what speaks against what, with what would settle it. */
export async function contradictionsCommand(world: World, args: CommonArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = await keptAnswer(store, viewOf(args), codeId(), allContradictions);
    await writeAnswer(world, args, document, () => contradictionsPage(document));
  });
  return 0;
}
