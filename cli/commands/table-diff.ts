import { codeId } from '../code-id.ts';
import { loadForCells } from '../../queries/kept/load-kept.ts';
import type { View } from '../../queries/model/view.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { diffMoments, diffReleases } from '../../queries/tables/table-diff.ts';
import { knownAtPrecision } from '../../store/events/known-at.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { tableDiffPage } from '../output/page/table-diff-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { tableCellsOf, type TableArguments } from './cells.ts';

interface TableDiffArguments extends CommonArguments, TableArguments {
  readonly from: string;
  readonly to?: string;
}

/** Shows what differs between two releases, or between what was known at two moments. */
export async function tableDiffCommand(world: World, args: TableDiffArguments): Promise<number> {
  const isMoment = (text: string) => knownAtPrecision(text) !== null;
  const moments = isMoment(args.from) && (args.to === undefined || isMoment(args.to));
  if (!moments && args.to === undefined)
    throw new QueryError('say with what to compare', { hint: 'add --to RELEASE' });
  await withLog(world, args, async (store) => {
    const load = (view: View) => loadForCells(store, view, codeId());
    const document = moments
      ? diffMoments(
          await load({ ...viewOf(args), asOf: args.from }),
          await load({ ...viewOf(args), ...(args.to === undefined ? {} : { asOf: args.to }) }),
          tableCellsOf(args),
        )
      : diffReleases(await load(viewOf(args)), args.from, args.to!, tableCellsOf(args));
    await writeAnswer(world, args, document, () => tableDiffPage(document));
  });
  return 0;
}
