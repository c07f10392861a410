import { codeId } from '../code-id.ts';
import { loadForCells } from '../../queries/kept/load-kept.ts';
import { proposals } from '../../queries/interface/proposals.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { proposalsPage } from '../output/page/proposals-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { cellsOf, type CellArguments } from './cells.ts';

/** Shows what each proposal would do to each consumer; with `--score`, what became of it. */
export async function predictionsCommand(
  world: World,
  args: CellArguments & CommonArguments & { readonly release?: string; readonly score?: boolean },
): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = proposals(
      await loadForCells(store, viewOf(args), codeId()),
      { ...cellsOf(args), ...(args.release === undefined ? {} : { release: args.release }) },
      args.score === true,
    );
    await writeAnswer(world, args, document, () => proposalsPage(document));
  });
  return 0;
}
