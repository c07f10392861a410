import type { StoredEvent } from '../../store/events/event.ts';
import { catalogue, type EventType } from '../../store/events/catalogue.ts';
import { describeEvent } from '../../queries/model/describe-event.ts';
import { nearest, QueryError } from '../../queries/model/query-error.ts';
import { painter, withLog, writeJson, type CommonArguments, type World } from '../context.ts';
import { fit, safeText } from '../output/safe-text.ts';

/** Lists the last events of the log, of some types or of one statement. */
export async function logCommand(
  world: World,
  args: CommonArguments & { only?: string; stream?: string; limit?: string },
): Promise<number> {
  const types = args.only?.split(',');
  for (const type of types ?? []) {
    if (!catalogue.has(type))
      throw new QueryError(`no event type "${type}"`, {
        suggestions: nearest(type, catalogue.keys()),
        hint: `event types are ${[...catalogue.keys()].sort().join(', ')}`,
      });
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
    if (found.length === 0) world.out('no event is there\n');
    const paint = painter(world, args);
    for (const e of found) {
      const line = `${(e.knownAt ?? '?').slice(0, 10).padEnd(10)} ${e.type.padEnd(16)} ${safeText(describeEvent(e))}`;
      world.out(`${paint('yellow', e.id.slice(0, 8))} ${fit(line, world.columns - 9)}\n`);
    }
  });
  return 0;
}
