import { escape } from '../../queries/regressions/escape.ts';
import { loadModel } from '../../queries/model/load.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { escapePage } from '../output/page/escape-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

/** Shows how a regression got out, step by step, with the days between. */
export async function escapeCommand(
  world: World,
  args: CommonArguments & { readonly regression: string },
): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = escape(await loadModel(store, viewOf(args)), args.regression);
    await writeAnswer(world, args, document, () => escapePage(document));
  });
  return 0;
}
