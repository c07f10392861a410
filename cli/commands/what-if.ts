import { factsImporter } from '../../importers/facts/importer.ts';
import { openSources } from '../../importers/source/open-sources.ts';
import type { SourceEntry } from '../../importers/importer.ts';
import { knownNames } from '../../queries/model/known-names.ts';
import { loadModel } from '../../queries/model/load.ts';
import type { Model } from '../../queries/model/model.ts';
import { proposals } from '../../queries/interface/proposals.ts';
import { loadResults } from '../../queries/results/load-results.ts';
import { imagine, whatIf } from '../../queries/knowledge/what-if.ts';
import type { EventStore } from '../../store/event-store.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { proposalsPage } from '../output/page/proposals-page.ts';
import { whatIfPage } from '../output/page/what-if-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

interface Cells extends CommonArguments {
  readonly archs?: string;
  readonly consumers?: string;
}

export interface WhatIfArguments extends Cells {
  readonly without?: readonly string[];
  readonly with?: readonly string[];
}

const cellsOf = ({ archs, consumers }: Cells) => ({
  ...(archs === undefined ? {} : { archs: [archs] }),
  ...(consumers === undefined ? {} : { consumers: [consumers] }),
});

/** Shows which verdicts flip when facts are taken away or added in thought; the log is left alone. */
export async function whatIfCommand(world: World, args: WhatIfArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const model = await loadModel(store, viewOf(args));
    const without: string[] = [];
    for (const name of args.without ?? []) without.push(await wholeRun(store, name));
    const thought = imagine(model, { without, with: await factsIn(world, store, model, args.with ?? []) });
    const results = await loadResults(
      store,
      thought.after,
      new Set(thought.after.of('TestRecorded').map((e) => e.payload.test)),
      thought.without.map((w) => w.address),
    );
    const document = whatIf(model, { ...thought, after: { ...thought.after, results } }, cellsOf(args));
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

/** Reads files of facts against the names that the log knows. */
async function factsIn(
  world: World,
  store: EventStore,
  model: Model,
  paths: readonly string[],
): Promise<readonly NewEvent[]> {
  if (paths.length === 0) return [];
  const entries: SourceEntry[] = [];
  for await (const opened of openSources([...paths], { stdin: world.stdin })) {
    if (opened.error !== undefined) throw opened.error;
    entries.push(opened.entry);
  }
  const events: NewEvent[] = [];
  for await (const page of factsImporter.read(entries, { hints: {}, known: await knownNames(store, model) }))
    events.push(...page.events);
  return events;
}

/** Shows what each proposal would do to each consumer; with `--score`, what became of it. */
export async function predictionsCommand(
  world: World,
  args: Cells & { readonly release?: string; readonly score?: boolean },
): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = proposals(
      await loadModel(store, viewOf(args)),
      { ...cellsOf(args), ...(args.release === undefined ? {} : { release: args.release }) },
      args.score === true,
    );
    await writeAnswer(world, args, document, () => proposalsPage(document));
  });
  return 0;
}
