import { QueryError } from '../../../queries/model/query-error.ts';
import { newEvent } from '../../../store/events/event.ts';
import type { World } from '../../context.ts';
import { shortVersion } from '../../output/bisect-text.ts';
import { decideInLog, seen, withSessionToChange, type BisectArguments } from './open-session.ts';
import { followCheckout } from './follow-checkout.ts';
import { exitCodeOf, showStep } from './show.ts';

/** Takes back the last command's outcomes: a retraction, which can be retracted. */
export async function undoCommand(world: World, args: BisectArguments): Promise<number> {
  return withSessionToChange(world, args, async (open) => {
    const { session } = open.step;
    const last = Math.max(0, ...session.outcomes.map((o) => o.payload.step));
    const taken = session.outcomes.filter((o) => o.payload.step === last);
    if (taken.length === 0) throw new QueryError('there is nothing to undo');
    await decideInLog(world, seen(open), (at, by) =>
      taken.map(({ id }) =>
        newEvent({
          type: 'EventRetracted',
          stream: `retraction/${id}/${at}`,
          knownAt: at,
          source: by,
          locator: 'regline bisect undo',
          payload: { target: id, by, reason: `undone in ${session.id}`, at },
        }),
      ),
    );
    if (args.format !== 'json')
      world.err(
        `undone: ${taken.map((t) => `${shortVersion(t.payload.version)} ${t.payload.outcome}`).join(', ')}\n`,
      );
    const after = await showStep(world, { ...args, session: session.id }, open.store);
    await followCheckout(world, after);
    return exitCodeOf(after.step);
  });
}
