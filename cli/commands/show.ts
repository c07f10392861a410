import { describeEvent } from '../../queries/model/describe-event.ts';
import { withLog, writeJson, type CommonArguments, type World } from '../context.ts';
import { safeText } from '../output/safe-text.ts';
import { eventNamed } from './event-named.ts';

/** Shows one event, or one result in it, with its source and how it came into the log. */
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
