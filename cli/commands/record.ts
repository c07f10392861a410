import { noKnownNames } from '../../importers/importer.ts';
import { knownNames } from '../../queries/replay/known-names.ts';
import { loadModel } from '../../queries/replay/load-model.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { byHand } from '../by-hand.ts';
import { openLog, writeJson, type CommonArguments, type World } from '../context.ts';

/** Takes in one fact that is typed by hand, by the same rules as a file of facts. */
export async function recordCommand(
  world: World,
  args: CommonArguments & {
    section: string;
    fields: readonly string[];
    source?: string;
    by?: string;
    known?: string;
    reason?: string;
  },
): Promise<number> {
  const { factFromRecord } = await import('../../importers/facts/importer.ts');
  const { parse } = await import('yaml');
  const { source } = args;
  if (source === undefined)
    throw new QueryError('who says so?', { hint: 'add --source with a message-id, a commit or an address' });
  const record: Record<string, unknown> = {};
  for (const field of args.fields) {
    const cut = field.indexOf('=');
    if (cut < 1)
      throw new QueryError(`"${field}" is no field`, { hint: 'write NAME=VALUE; lists as NAME=[a, b]' });
    const text = field.slice(cut + 1);
    // Lists and maps are YAML; everything else is the text as it is typed, so that 6.10 stays 6.10.
    record[field.slice(0, cut)] = /^[[{]/.test(text) ? parse(text) : text;
  }
  record.key ??= `hand-${world.now().toISOString()}`;
  if (args.reason !== undefined) {
    record.note ??= args.reason;
    record.confidence ??= 'concluded';
  }
  const store = await openLog(world, args, 'write');
  try {
    const known =
      (await store.head()).position > 0 ? await knownNames(store, await loadModel(store)) : noKnownNames;
    const header = byHand(world);
    const by = args.by ?? header.actor;
    const events = factFromRecord(
      args.section,
      record,
      { cite: source, by, known: args.known ?? null },
      { hints: {}, known },
    );
    const result = await store.append(header, events, { revisions: 'strict' });
    if (args.format === 'json')
      writeJson(world, { schema: 'regline.recorded/1', isNew: result.new > 0, ids: result.ids });
    else
      for (const id of result.ids)
        world.out(`${result.new > 0 ? 'recorded' : 'was there already:'} ${id.slice(0, 12)}\n`);
  } finally {
    await store.close();
  }
  return 0;
}
