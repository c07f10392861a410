import { loadModel } from '../../queries/replay/load-model.ts';
import { nearest, QueryError } from '../../queries/model/query-error.ts';
import { newEvent } from '../../store/events/event.ts';
import { withLog, type World } from '../context.ts';
import { decide, reasonOf, type DecisionArguments } from './decide.ts';

/** Settles a dispute: the statements that are kept count, the others do not. */
export async function settleCommand(
  world: World,
  args: DecisionArguments & { readonly dispute: string; readonly keep?: string },
): Promise<number> {
  const reason = reasonOf(args);
  await withLog(world, args, async (store) => {
    const disputes = (await loadModel(store)).of('StatementDisputed');
    const found = disputes.find((d) => d.payload.dispute === args.dispute);
    if (!found)
      throw new QueryError(`no dispute "${args.dispute}"`, {
        suggestions: nearest(
          args.dispute,
          disputes.map((d) => d.payload.dispute),
        ),
        hint: 'regline contradictions lists them',
      });
    const { statements } = found.payload;
    const oneOf = `--keep one of: ${statements.join(', ')}`;
    if (args.keep === undefined) throw new QueryError('say which statements stay', { hint: oneOf });
    const keeps = args.keep.split(',').flatMap((text) => {
      const name = text.trim();
      const match = statements.filter((s) => s === name || s.endsWith(`/${name}`));
      if (match.length === 0) throw new QueryError(`"${name}" is not disputed there`, { hint: oneOf });
      return match;
    });
    await decide(world, args, store, (by, at) =>
      newEvent({
        type: 'DisputeSettled',
        stream: `settle/${args.dispute}/${at}`,
        knownAt: at,
        source: by,
        locator: 'regline settle',
        payload: { dispute: args.dispute, keeps, by, reason },
      }),
    );
  });
  return 0;
}
