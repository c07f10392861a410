import { codeId } from '../code-id.ts';
import { ownership } from '../../queries/interface/ownership.ts';
import { loadForCells } from '../../queries/kept/load-kept.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { ownershipPage } from '../output/page/ownership-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

/** Says who owns each field of an interface, and who cannot live beside whom. */
export async function ownershipCommand(world: World, args: CommonArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = ownership(await loadForCells(store, viewOf(args), codeId()));
    await writeAnswer(world, args, document, () => ownershipPage(document));
  });
  return 0;
}
