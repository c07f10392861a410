import {
  changeClasses,
  CLASSES,
  type ChangeClass,
  type ChangesDocument,
} from '../../queries/results/change-classes.ts';
import { loadStatements } from '../../queries/replay/load-model.ts';
import { nearest, QueryError } from '../../queries/model/query-error.ts';
import { loadVersion, loadVersionsBefore } from '../../queries/results/load-versions.ts';
import { wantedTests } from '../../queries/results/wanted-tests.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { changesPage } from '../output/page/changes-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { identityFilter, type IdentityArguments } from './identity-arguments.ts';

export interface ChangesArguments extends CommonArguments, IdentityArguments {
  readonly from: string;
  readonly to: string;
  readonly tests?: string;
  readonly only?: string;
}

/** Shows what changed in test results between two releases, builds or commits. */
export async function changesCommand(world: World, args: ChangesArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const model = await loadStatements(store, viewOf(args));
    const [from, to] = [await loadVersion(store, model, args.from), await loadVersion(store, model, args.to)];
    const history = await loadVersionsBefore(store, model, from.name);
    const tests = args.tests === undefined ? {} : await wantedTests(store, model, args.tests);
    const found = changeClasses(from, to, history, { ...identityFilter(args), ...tests });
    const only = args.only?.split(',').map((name) => classNamed(name.trim()));
    const document: ChangesDocument = {
      schema: 'regline.changes/1',
      asOf: model.view.asOf ?? null,
      ...found,
      // A filter on what came out: pairs are made and counted before it.
      changes: only === undefined ? found.changes : found.changes.filter((c) => only.includes(c.class)),
    };
    await writeAnswer(world, args, document, () => changesPage(document));
  });
  return 0;
}

/** A mistyped class would show nothing, and so hide what it was to show. */
function classNamed(name: string): ChangeClass {
  const found = CLASSES.find((c) => c === name);
  if (found !== undefined) return found;
  throw new QueryError(`there is no class "${name}"`, {
    suggestions: nearest(name, CLASSES),
    hint: `classes: ${CLASSES.join(', ')}`,
  });
}
