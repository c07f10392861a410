import { loadModel } from '../../queries/replay/load-model.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { idForDecisions } from '../../queries/regressions/regression-decisions.ts';
import { newEvent } from '../../store/events/event.ts';
import { withLog, type World } from '../context.ts';
import { decide, reasonOf, regressionToDecide, type DecisionArguments } from './decide.ts';

/** Decides that two regressions are one; the older id stays, and the other leads to it. */
export async function mergeCommand(
  world: World,
  args: DecisionArguments & { readonly regression: string; readonly into: string },
): Promise<number> {
  const reason = reasonOf(args);
  await withLog(world, args, async (store) => {
    const model = await loadModel(store);
    const [one, other] = [args.regression, args.into].map((id) => regressionToDecide(model, id));
    if (one === other) throw new QueryError(`both are ${one!.document.id} already`);
    const [a, b] = [idForDecisions(one!), idForDecisions(other!)];
    await decide(world, args, store, (by, at) =>
      newEvent({
        type: 'RegressionMerged',
        stream: `merge/${a}/${at}`,
        knownAt: at,
        source: by,
        locator: 'regline merge',
        payload: { regression: a, into: b, by, reason },
      }),
    );
  });
  return 0;
}
