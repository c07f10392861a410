import { codeId } from '../code-id.ts';
import { addTo } from '../../store/grouping.ts';
import { factsImporter } from '../../importers/facts/importer.ts';
import { formatBeside, sniff } from '../../importers/registry.ts';
import { insideOf, openEnclosed } from '../../importers/enclosed.ts';
import { openSources } from '../../importers/source/open-sources.ts';
import type { ImportContext, Importer, SourceEntry } from '../../importers/importer.ts';
import { keptAnswer } from '../../queries/kept/kept-answers.ts';
import { wholeWorld } from '../../queries/kept/kept-questions.ts';
import { haveSameResults } from '../../queries/knowledge/reach.ts';
import { knownNames } from '../../queries/model/known-names.ts';
import { loadModel, testsAskedFor } from '../../queries/model/load.ts';
import type { Model } from '../../queries/model/model.ts';
import { proposals } from '../../queries/interface/proposals.ts';
import { loadResults } from '../../queries/results/load-results.ts';
import { imagine, whatIf } from '../../queries/knowledge/what-if.ts';
import type { EventStore } from '../../store/event-store.ts';
import { InputError } from '../../store/errors.ts';
import type { NewEvent, TypedStoredEvent } from '../../store/events/event.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { hintsOf, type HintArguments } from './import-arguments.ts';
import { proposalsPage } from '../output/page/proposals-page.ts';
import { whatIfPage } from '../output/page/what-if-page.ts';
import { safeText } from '../output/safe-text.ts';
import { writeAnswer } from '../output/page/write-page.ts';

interface Cells extends CommonArguments {
  readonly archs?: string;
  readonly consumers?: string;
}

export interface WhatIfArguments extends Cells, HintArguments {
  readonly without?: readonly string[];
  readonly with?: readonly string[];
  readonly moves?: boolean;
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
    const thought = imagine(model, { without, with: await eventsIn(world, store, model, args) });
    const results = haveSameResults(model, thought.after)
      ? model.results
      : await loadResults(
          store,
          thought.after,
          testsAskedFor(thought.after),
          thought.without.map((w) => w.address),
          thought.with.filter((e): e is TypedStoredEvent<'RunObserved'> => e.type === 'RunObserved'),
        );
    const said = await keptAnswer(store, viewOf(args), codeId(), wholeWorld, () => model);
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

/** Reads files of facts, against the names that the log knows, and of results; what could not be understood is told. */
async function eventsIn(
  world: World,
  store: EventStore,
  model: Model,
  args: WhatIfArguments,
): Promise<readonly NewEvent[]> {
  const paths = args.with ?? [];
  if (paths.length === 0) return [];
  const [hints, known] = [hintsOf(args), await knownNames(store, model)];
  const entries: SourceEntry[] = [];
  for await (const opened of openSources([...paths], { stdin: world.stdin })) {
    if (opened.error !== undefined) throw opened.error;
    entries.push(opened.entry);
  }
  const files = new Map<Importer, SourceEntry[]>();
  for (const entry of entries) addTo(files, (await sniff(entry)) ?? factsImporter, entry);
  const events: NewEvent[] = [];
  let rejects = 0;
  // A file that is made to hold nothing that can be read has millions of rejects: they are counted, and none is held.
  const take = async (importer: Importer, of: readonly SourceEntry[], context: ImportContext) => {
    for await (const page of importer.read(of, context)) {
      for (const event of page.events)
        if (event.type === 'RecordRejected') rejects++;
        else events.push(event);
      for (const file of page.enclosed ?? [])
        for await (const { entry, importer: reads, hints } of openEnclosed(file, insideOf(of[0]!)))
          await takeWhole(reads, entry, { hints, known }).catch((error: unknown) => {
            if (!(error instanceof InputError)) throw error;
            rejects++;
          });
    }
  };
  // As the import does: a console with tests also says how its kernel fared.
  const takeWhole = async (importer: Importer, entry: SourceEntry, context: ImportContext) => {
    await take(importer, [entry], context);
    const other = formatBeside(importer, entry);
    if (other !== null) await take(other, [entry], { ...context, alongside: true });
  };
  for (const [importer, beside] of files) {
    if (importer === factsImporter) continue;
    for (const entry of beside)
      await takeWhole(importer, entry, { hints, known, beside, inside: insideOf(entry) });
  }
  const facts = files.get(factsImporter) ?? [];
  if (facts.length > 0) await take(factsImporter, facts, { hints: {}, known });
  const releases = events.flatMap((e) => (e.type === 'RunObserved' ? (e.payload.release ?? []) : []));
  for (const release of new Set(releases))
    if (!model.graph.releases.has(release))
      world.err(`${safeText(release)} is no recorded release: no cell speaks of it\n`);
  if (rejects > 0) world.err(`${rejects} ${rejects === 1 ? 'piece' : 'pieces'} could not be understood\n`);
  if (events.length === 0)
    throw new InputError([
      {
        severity: 'error',
        message: 'it says nothing that can be taken in thought',
        place: { file: paths.join(', ') },
      },
    ]);
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
