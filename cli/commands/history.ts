import { loadStatements } from '../../queries/replay/load-model.ts';
import { selectReleases } from '../../queries/model/select.ts';
import { loadHistory } from '../../queries/results/load-history.ts';
import { testHistories, type HistoryDocument } from '../../queries/results/test-history.ts';
import { knownTests, testsNamed } from '../../queries/results/tests-named.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { historyPage } from '../output/page/history-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { identityFilter, type IdentityArguments } from './identity-arguments.ts';

export interface HistoryArguments extends CommonArguments, IdentityArguments {
  readonly names: readonly string[];
  readonly releases?: string;
}

/** Shows how tests fared, version by version. */
export async function historyCommand(world: World, args: HistoryArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const model = await loadStatements(store, viewOf(args));
    const tests = testsNamed(model, await knownTests(store, model), args.names);
    const releases = args.releases === undefined ? undefined : selectReleases(model, args.releases);
    const results = await loadHistory(store, model, new Set(tests));
    const document: HistoryDocument = {
      schema: 'regline.history/1',
      asOf: model.view.asOf ?? null,
      tests: testHistories(model.graph, tests, results, identityFilter(args), releases && new Set(releases)),
    };
    await writeAnswer(world, args, document, () => historyPage(document));
  });
  return 0;
}
