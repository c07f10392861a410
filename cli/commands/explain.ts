import { explain } from '../../queries/explain/explain.ts';
import { loadWithRegressions } from '../../queries/kept/load-kept.ts';
import { codeId } from '../code-id.ts';
import { painter, viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { explainText } from '../output/explain-text.ts';
import { explainPage } from '../output/page/explain-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { eventsBeside } from './events-beside.ts';

/** Explains a subject down to its sources; runs are asked of the log once the explanation has named them. */
export async function explainCommand(
  world: World,
  args: CommonArguments & { readonly subject: readonly string[] },
): Promise<number> {
  await withLog(world, args, async (store) => {
    const model = await loadWithRegressions(store, viewOf(args), codeId());
    const document = explain(model, args.subject, await eventsBeside(store, model, args.subject));
    if (args.format === 'text') world.out(explainText(document, world.columns, painter(world, args)));
    else await writeAnswer(world, args, document, () => explainPage(document));
  });
  return 0;
}
