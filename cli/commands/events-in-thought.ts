import { addTo } from '../../store/grouping.ts';
import { factsImporter } from '../../importers/facts/importer.ts';
import { formatsBeside, sniff } from '../../importers/formats/registry.ts';
import { insideOf, openEnclosed } from '../../importers/formats/enclosed.ts';
import { openSources } from '../../importers/source/open-sources.ts';
import type { ImportContext, Importer, SourceEntry } from '../../importers/importer.ts';
import { knownNames } from '../../queries/replay/known-names.ts';
import type { Model } from '../../queries/model/model.ts';
import type { EventStore } from '../../store/event-store.ts';
import { InputError } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { World } from '../context.ts';
import { safeText } from '../output/safe-text.ts';
import { hintsOf, type HintArguments } from './import-arguments.ts';

/** Reads files of facts, against the names that the log knows, and of results; what could not be understood is told. */
export async function eventsIn(
  world: World,
  store: EventStore,
  model: Model,
  args: HintArguments & { readonly with?: readonly string[] },
): Promise<readonly NewEvent[]> {
  const paths = args.with ?? [];
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
    for (const other of await formatsBeside(importer, entry))
      await take(other, [entry], { ...context, alongside: true });
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
