import { newEvent, type StoredEvent } from '../../store/events/event.ts';
import type { EventStore } from '../../store/event-store.ts';
import { catalogue, type EventType } from '../../store/events/catalogue.ts';
import { noKnownNames } from '../../importers/importer.ts';
import { describeEvent } from '../../queries/model/describe-event.ts';
import { knownNames } from '../../queries/model/known-names.ts';
import { loadModel } from '../../queries/model/load.ts';
import { nearest, QueryError } from '../../queries/model/query-error.ts';
import { resultsModel } from '../../queries/results/results-model.ts';
import { testsSeenModel } from '../../queries/results/tests-seen.ts';
import {
  actorOf,
  openLog,
  painter,
  withLog,
  writeJson,
  type CommonArguments,
  type World,
} from '../context.ts';
import { fit, safeText } from '../output/safe-text.ts';
import { TOOL } from '../version.ts';

export async function initCommand(world: World, args: CommonArguments): Promise<number> {
  const store = await openLog(world, args, 'create');
  const { position } = await store.head();
  await store.close();
  world.out(position === 0 ? 'the log is ready\n' : `the log was there already, with ${position} events\n`);
  return 0;
}

export async function logCommand(
  world: World,
  args: CommonArguments & { only?: string; stream?: string; limit?: string },
): Promise<number> {
  const types = args.only?.split(',');
  for (const type of types ?? []) {
    if (!catalogue.has(type))
      throw new QueryError(`no event type "${type}"`, { suggestions: nearest(type, catalogue.keys()) });
  }
  const limit = Number(args.limit ?? '50');
  if (!Number.isInteger(limit) || limit < 1)
    throw new QueryError(`--limit "${args.limit ?? ''}" is no number above 0`);
  await withLog(world, args, async (store) => {
    const found: StoredEvent[] = [];
    for await (const page of store.read({
      order: 'descending',
      limit,
      ...(types ? { types: types as EventType[] } : {}),
      ...(args.stream === undefined ? {} : { streams: [args.stream] }),
    }))
      found.push(...page);
    found.reverse();
    if (args.format === 'json') {
      writeJson(world, { schema: 'regline.log/1', events: found });
      return;
    }
    const paint = painter(world, args);
    for (const e of found) {
      const line = `${(e.knownAt ?? '?').slice(0, 10).padEnd(10)} ${e.type.padEnd(16)} ${safeText(describeEvent(e))}`;
      world.out(`${paint('yellow', e.id.slice(0, 8))} ${fit(line, world.columns - 9)}\n`);
    }
  });
  return 0;
}

export async function showCommand(world: World, args: CommonArguments & { id: string }): Promise<number> {
  await withLog(world, args, async (store) => {
    const { event, index } = await eventNamed(store, args.id);
    const shown =
      index === null || event.type !== 'RunObserved'
        ? event
        : { ...event, payload: event.payload.results[index] };
    if (args.format === 'json') {
      writeJson(world, { schema: 'regline.event/1', event: shown });
      return;
    }
    const [batch] = await store.batches({ from: event.batch, to: event.batch });
    const row = (label: string, text: string) => {
      world.out(`${label.padEnd(12)}${safeText(text)}\n`);
    };
    row('event', event.id);
    row('says', describeEvent(event));
    row('type', `${event.type}, version ${event.version}`);
    row('statement', event.stream);
    row('known', event.knownAt ?? 'not known');
    row('source', event.source);
    row(
      'recorded',
      `${event.recordedAt} at position ${event.position} by ${batch?.actor ?? '?'} (${batch?.tool ?? '?'})`,
    );
    row('met in', `${batch?.carrier ?? 'typed by hand'} (${event.locator})`);
    for (const line of JSON.stringify(shown.payload, null, 2).split('\n'))
      world.out(`  ${line.replace(/\S.*/, (t) => safeText(t))}\n`);
  });
  return 0;
}

/** Finds the event that the beginning of an id names, with the item in it where `#index` asks for one. */
async function eventNamed(
  store: EventStore,
  text: string,
): Promise<{ event: StoredEvent; index: number | null }> {
  const [prefix = '', item] = text.toLowerCase().split('#');
  if (!/^[0-9a-f]{4,64}$/.test(prefix))
    throw new QueryError(`"${text}" is no event id`, {
      hint: 'give 4 hex digits or more; regline log shows ids',
    });
  const found = await store.find(prefix, 6);
  const [event] = found;
  if (event === undefined)
    throw new QueryError(`no event begins with "${prefix}"`, { hint: 'regline log shows ids' });
  if (found.length > 1) {
    throw new QueryError(`"${prefix}" is the beginning of several events`, {
      suggestions: found.map(
        (e) => `${e.id.slice(0, Math.max(12, prefix.length + 2))} ${e.type} ${fit(describeEvent(e), 60)}`,
      ),
    });
  }
  if (item === undefined) return { event, index: null };
  const index = Number(item);
  if (event.type !== 'RunObserved' || !(index < event.payload.results.length))
    throw new QueryError(`${prefix} has no item #${item}`);
  return { event, index };
}

export async function retractCommand(
  world: World,
  args: CommonArguments & { id: string; reason?: string },
): Promise<number> {
  if (args.reason === undefined || args.reason.trim() === '')
    throw new QueryError('say why', { hint: 'add --reason "…"' });
  const reason = args.reason;
  await withLog(world, args, async (store) => {
    const { event, index } = await eventNamed(store, args.id);
    const at = world.now().toISOString();
    const by = actorOf(world);
    const target = index === null ? event.id : `${event.id}#${index}`;
    const head = await store.head();
    const result = await store.append(
      { recordedAt: at, actor: by, tool: TOOL, importer: null, carrier: null, carrierHash: null },
      [
        newEvent({
          type: 'EventRetracted',
          stream: `retraction/${target}/${at}`,
          knownAt: at,
          source: by,
          locator: 'regline retract',
          payload: { target, by, reason, at },
        }),
      ],
      { expectHead: head.position },
    );
    world.out(
      `retracted ${event.id.slice(0, 12)}${index === null ? '' : `#${index}`} (${safeText(fit(describeEvent(event), 60))})\n`,
    );
    world.out(`to take this back: regline retract ${result.ids[0]!.slice(0, 12)} --reason "…"\n`);
  });
  return 0;
}

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
    const by = args.by ?? actorOf(world);
    const events = factFromRecord(
      args.section,
      record,
      { cite: source, by, known: args.known ?? null },
      { hints: {}, known },
    );
    const result = await store.append(
      {
        recordedAt: world.now().toISOString(),
        actor: actorOf(world),
        tool: TOOL,
        importer: null,
        carrier: null,
        carrierHash: null,
      },
      events,
      { revisions: 'strict' },
    );
    for (const id of result.ids)
      world.out(`${result.new > 0 ? 'recorded' : 'was there already:'} ${id.slice(0, 12)}\n`);
  } finally {
    await store.close();
  }
  return 0;
}

export async function rejectsCommand(world: World, args: CommonArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const found: StoredEvent[] = [];
    for await (const page of store.read({ types: ['RecordRejected'] })) found.push(...page);
    if (args.format === 'json') writeJson(world, { schema: 'regline.rejects/1', rejects: found });
    else if (found.length === 0) world.out('nothing was rejected\n');
    else
      for (const e of found)
        if (e.type === 'RecordRejected')
          world.out(
            `${e.id.slice(0, 8)} ${safeText(`${e.locator}: ${e.payload.reason}: ${fit(e.payload.excerpt, 100)}`)}\n`,
          );
  });
  return 0;
}

export async function verifyCommand(world: World, args: CommonArguments): Promise<number> {
  return withLog(world, args, async (store) => {
    const report = await store.verify();
    if (args.format === 'json') writeJson(world, { schema: 'regline.verify/1', ...report });
    else if (report.damage === null)
      world.out(
        `${report.events} events in ${report.batches} batches are whole; the log's hash is ${report.head.hash.slice(0, 16)}\n`,
      );
    else world.out(`DAMAGED (${report.damage.kind}): ${safeText(report.damage.says)}\n`);
    return report.damage === null ? 0 : 1;
  });
}

export async function rebuildCommand(world: World, args: CommonArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    await store.dropReadModels();
    for (const model of [resultsModel, testsSeenModel]) await store.rows(model);
    world.out('everything that is not the log was made anew\n');
  });
  return 0;
}

export async function statsCommand(world: World, args: CommonArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const types = Object.fromEntries(await store.countByType());
    const { position } = await store.head();
    if (args.format === 'json') writeJson(world, { schema: 'regline.stats/1', events: position, types });
    else {
      for (const [type, n] of Object.entries(types)) world.out(`${String(n).padStart(8)} ${type}\n`);
      world.out(`${String(position).padStart(8)} events\n`);
    }
  });
  return 0;
}
