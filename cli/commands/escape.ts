import { loadWithRegressions } from '../../queries/kept/load-kept.ts';
import { codeId } from '../code-id.ts';
import { escape, whoRanWhereBroken } from '../../queries/regressions/escape.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { escapePage } from '../output/page/escape-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

/** Shows how a regression got out, step by step, with the days between. */
export async function escapeCommand(
  world: World,
  args: CommonArguments & { readonly regression: string },
): Promise<number> {
  await withLog(world, args, async (store) => {
    const model = await loadWithRegressions(store, viewOf(args), codeId());
    const ran = await whoRanWhereBroken(store, model, args.regression);
    const document = escape(model, args.regression, ran);
    await writeAnswer(world, args, document, () => escapePage(document));
  });
  return 0;
}
