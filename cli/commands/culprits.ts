import { allCulprits } from '../../queries/kept/kept-questions.ts';
import { culprits, type CulpritsOptions } from '../../queries/regressions/culprits.ts';
import { painter, withLog, type CommonArguments, type World } from '../context.ts';
import { culpritsText } from '../output/culprits-text.ts';
import { culpritsPage } from '../output/page/culprits-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { answered } from './answered.ts';

/** Lists which changes broke which consumers, and which fixed them. */
export async function culpritsCommand(
  world: World,
  args: CommonArguments & { readonly id?: string; readonly consumer?: string; readonly arch?: string },
): Promise<number> {
  const { id, consumer, arch } = args;
  const options: CulpritsOptions = {
    ...(id ? { id } : {}),
    ...(consumer ? { consumer } : {}),
    ...(arch ? { arch } : {}),
  };
  await withLog(world, args, async (store) => {
    const document = await answered(store, args, options, allCulprits, culprits);
    if (args.format === 'text') world.out(culpritsText(document, world.columns, painter(world, args)));
    else await writeAnswer(world, args, document, () => culpritsPage(document));
  });
  return 0;
}
