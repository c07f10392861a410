import { newEvent } from '../../store/events/event.ts';
import { optional } from '../../store/optional-text.ts';
import { describeEvent } from '../../queries/model/describe-event.ts';
import { byHand } from '../by-hand.ts';
import { withLog, writeJson, type World } from '../context.ts';
import { fit, safeText } from '../output/safe-text.ts';
import { reasonOf, type DecisionArguments } from './decide.ts';
import { eventNamed } from './event-named.ts';

/** Takes an event, or one result in it, out of the count; a retraction can be retracted in its turn. */
export async function retractCommand(
  world: World,
  args: DecisionArguments & { readonly id: string },
): Promise<number> {
  const reason = reasonOf(args);
  await withLog(world, args, async (store) => {
    const { event, index } = await eventNamed(store, args.id);
    const header = byHand(world);
    const { recordedAt: at, actor: by } = header;
    const target = index === null ? event.id : `${event.id}#${index}`;
    const head = await store.head();
    const result = await store.append(
      header,
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
    if (args.format === 'json') {
      writeJson(world, { schema: 'regline.retracted/1', retracted: target, id: result.ids[0]! });
      return;
    }
    world.out(
      `retracted ${event.id.slice(0, 12)}${optional('#', index)} (${safeText(fit(describeEvent(event), 60))})\n`,
    );
    world.out(`to take this back: regline retract ${result.ids[0]!.slice(0, 12)} --reason "…"\n`);
  });
  return 0;
}
