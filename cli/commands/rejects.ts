import type { StoredEvent } from '../../store/events/event.ts';
import { withLog, writeJson, type CommonArguments, type World } from '../context.ts';
import { fit, safeText } from '../output/safe-text.ts';

/** Lists what importers could not understand, each with its place and the reason. */
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
            `${e.id.slice(0, 8)} ${safeText([e.locator, e.payload.reason, fit(e.payload.excerpt, 100)].filter((part) => part !== '').join(': '))}\n`,
          );
  });
  return 0;
}
