import { loadWithFailures } from '../../queries/kept/load-with-failures.ts';
import { codeId } from '../code-id.ts';
import { coverage } from '../../queries/knowledge/coverage.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { coveragePage } from '../output/page/coverage-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

/** Says which test was run by whom where since when, and what nobody ran. */
export async function coverageCommand(world: World, args: CommonArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = coverage(await loadWithFailures(store, viewOf(args), codeId()));
    await writeAnswer(world, args, document, () => coveragePage(document));
  });
  return 0;
}
