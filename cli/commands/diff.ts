import { knowledgeDiff } from '../../queries/knowledge/knowledge-diff.ts';
import { loadModel } from '../../queries/replay/load-model.ts';
import { expectInOrder } from '../../queries/model/expect-moment.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { diffPage } from '../output/page/diff-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { originsOf } from '../../queries/knowledge/origins.ts';

/** Shows what was learnt, decided, contradicted and fixed between two moments. */
export async function diffCommand(
  world: World,
  args: CommonArguments & { readonly from: string; readonly to?: string },
): Promise<number> {
  expectInOrder(
    { option: 'from', value: args.from },
    args.to === undefined ? null : { option: 'to', value: args.to },
  );
  await withLog(world, args, async (store) => {
    const earlier = await loadModel(store, { ...viewOf(args), asOf: args.from });
    const later = await loadModel(store, {
      ...viewOf(args),
      ...(args.to === undefined ? {} : { asOf: args.to }),
    });
    const document = knowledgeDiff(earlier, later, await originsOf(store, later));
    await writeAnswer(world, args, document, () => diffPage(document));
  });
  return 0;
}
