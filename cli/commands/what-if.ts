import { codeId } from '../code-id.ts';
import { keptAnswer, stampOf } from '../../queries/kept/kept-answers.ts';
import { wholeWorld } from '../../queries/kept/kept-questions.ts';
import { loadWithRegressions } from '../../queries/kept/load-kept.ts';
import { haveSameResults } from '../../queries/knowledge/reach.ts';
import { testsAskedFor } from '../../queries/replay/load-model.ts';
import { loadResults } from '../../queries/results/load-results.ts';
import { imagine, whatIf } from '../../queries/knowledge/what-if.ts';
import type { EventStore } from '../../store/event-store.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { cellsOf, type CellArguments } from './cells.ts';
import type { HintArguments } from './import-arguments.ts';
import { whatIfPage } from '../output/page/what-if-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

export interface WhatIfArguments extends CommonArguments, CellArguments, HintArguments {
  readonly without?: readonly string[];
  readonly with?: readonly string[];
  readonly moves?: boolean;
}

/** Shows which verdicts flip when facts are taken away or added in thought; the log is left alone. */
export async function whatIfCommand(world: World, args: WhatIfArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const stamp = await stampOf(store, viewOf(args), codeId());
    const model = await loadWithRegressions(store, viewOf(args), codeId());
    const without: string[] = [];
    for (const name of args.without ?? []) without.push(await wholeRun(store, name));
    // What reads files need not be there where none is named.
    const more =
      (args.with ?? []).length === 0
        ? []
        : await (await import('./events-in-thought.ts')).eventsIn(world, store, model, args);
    const thought = imagine(model, { without, with: more });
    const results = haveSameResults(model, thought.after)
      ? model.results
      : await loadResults(
          store,
          thought.after,
          testsAskedFor(thought.after),
          thought.without.map((w) => w.address),
          thought.with.filter((e): e is TypedStoredEvent<'RunObserved'> => e.type === 'RunObserved'),
        );
    const said = await keptAnswer(store, viewOf(args), codeId(), wholeWorld, { model, stamp });
    const asked = { ...cellsOf(args), moves: args.moves === true };
    const document = whatIf(model, { ...thought, after: { ...thought.after, results } }, asked, said);
    await writeAnswer(world, args, document, () => whatIfPage(document));
  });
  return 0;
}

/** Runs are not part of the model: the beginning of a run's id is made whole by the log. Any other name is left to the model. */
async function wholeRun(store: EventStore, name: string): Promise<string> {
  const [prefix = '', item] = name.toLowerCase().split('#');
  if (!/^[0-9a-f]{4,64}$/.test(prefix)) return name;
  const found = await store.find(prefix);
  if (found.length !== 1 || found[0]!.type !== 'RunObserved') return name;
  return item === undefined ? found[0].id : `${found[0].id}#${item}`;
}
