import { QueryError } from '../../../queries/model/query-error.ts';
import { newEvent } from '../../../store/events/event.ts';
import type { World } from '../../context.ts';
import { decideInLog, seen, withSessionToChange, type BisectArguments } from './open-session.ts';
import { showStep } from './show.ts';

/** Says by hand how likely a suspect is beside the others. */
export async function weighCommand(
  world: World,
  args: BisectArguments & { readonly suspect: string; readonly factor: string; readonly reason?: string },
): Promise<number> {
  const times = Number(args.factor);
  if (args.factor.trim() === '' || !(times >= 0 && Number.isFinite(times)))
    throw new QueryError(`"${args.factor}" is no factor`, {
      hint: '0 rules it out, 10 makes it ten times as likely',
    });
  if (args.reason === undefined) throw new QueryError('say why', { hint: 'add --reason "…"' });
  const why = args.reason;
  return withSessionToChange(world, args, async (open) => {
    const { session } = open.step;
    const change = await open.history.resolve(args.suspect);
    await decideInLog(world, seen(open), (at, by) => [
      newEvent({
        type: 'SuspectWeighted',
        stream: `bisect/${session.id}/weight/${change}/${at}`,
        knownAt: at,
        source: by,
        locator: 'regline bisect weigh',
        payload: { confidence: 'concluded', rev: 1, session: session.id, by, change, factor: times, why },
      }),
    ]);
    await showStep(world, { ...args, session: session.id }, open.store);
    return 0;
  });
}
