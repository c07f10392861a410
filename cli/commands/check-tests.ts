import { loadStatements } from '../../queries/replay/load-model.ts';
import { checkTests, type CheckTestsDocument } from '../../queries/results/check-tests.ts';
import { loadVersion, loadVersionsBefore } from '../../queries/results/load-versions.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { checkTestsPage } from '../output/page/check-tests-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { identityFilter, type IdentityArguments } from './identity-arguments.ts';
import { wantedTests } from '../../queries/results/wanted-tests.ts';

export interface CheckTestsArguments extends CommonArguments, Omit<IdentityArguments, 'archs'> {
  readonly release: string;
  readonly tests: string;
  readonly baseline?: string;
  readonly arch?: string;
}

/** Says whether the tests of a version pass, or fare no worse than at a baseline. Exit code 1 when something speaks against it. */
export async function checkTestsCommand(world: World, args: CheckTestsArguments): Promise<number> {
  return withLog(world, args, async (store) => {
    const model = await loadStatements(store, viewOf(args));
    const { tests, named } = await wantedTests(store, model, args.tests);
    const version = await loadVersion(store, model, args.release);
    const baseline = args.baseline === undefined ? undefined : await loadVersion(store, model, args.baseline);
    const document: CheckTestsDocument = {
      schema: 'regline.check-tests/1',
      asOf: model.view.asOf ?? null,
      ...checkTests(version, {
        ...(baseline === undefined ? {} : { baseline }),
        history: await loadVersionsBefore(store, model, (baseline ?? version).name),
        filter: {
          tests,
          ...identityFilter({ ...args, ...(args.arch === undefined ? {} : { archs: args.arch }) }),
        },
        named,
      }),
    };
    await writeAnswer(world, args, document, () => checkTestsPage(document));
    return document.ok ? 0 : 1;
  });
}
