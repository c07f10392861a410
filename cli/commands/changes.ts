import {
  changeClasses,
  CLASSES,
  type ChangeClass,
  type ChangesDocument,
  type Version,
} from '../../queries/results/change-classes.ts';
import { loadModel } from '../../queries/model/load.ts';
import type { Model } from '../../queries/model/model.ts';
import { nearest, QueryError } from '../../queries/model/query-error.ts';
import { loadResultsOf } from '../../queries/results/runs-by-version.ts';
import type { EventStore } from '../../store/event-store.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { changesPage } from '../output/page/changes-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { identityFilter, type IdentityArguments } from './identity-arguments.ts';

/** How many releases before the earlier one are asked for a test that it says nothing of. */
const HISTORY = 5;

export interface ChangesArguments extends CommonArguments, IdentityArguments {
  readonly from: string;
  readonly to: string;
  readonly only?: string;
}

/** Shows what changed in test results between two releases, builds or commits. */
export async function changesCommand(world: World, args: ChangesArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const model = await loadModel(store, viewOf(args));
    const [from, to] = [await versionOf(store, model, args.from), await versionOf(store, model, args.to)];
    const history: Version[] = [];
    let at = model.graph.releases.get(from.name)?.predecessor ?? null;
    while (at !== null && history.length < HISTORY) {
      history.push({ name: at, results: await loadResultsOf(store, model, at) });
      at = model.graph.releases.get(at)?.predecessor ?? null;
    }
    const found = changeClasses(from, to, history, identityFilter(args));
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

async function versionOf(store: EventStore, model: Model, text: string): Promise<Version> {
  const release = canonicalRelease(text);
  for (const name of new Set([text, ...(release === null ? [] : [release])])) {
    const results = await loadResultsOf(store, model, name);
    // A recorded release without results is an answer: everything in it is missing.
    if (results.length > 0 || model.graph.releases.has(name)) return { name, results };
  }
  throw new QueryError(`no results of "${text}"`, {
    hint: 'name a release, a build or a commit with results',
  });
}
