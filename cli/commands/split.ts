import { loadModel } from '../../queries/model/load.ts';
import { nearest, QueryError } from '../../queries/model/query-error.ts';
import { regressionNamed } from '../../queries/regressions/regression-named.ts';
import { newEvent } from '../../store/events/event.ts';
import { withLog, type World } from '../context.ts';
import { decide, reasonOf, type DecisionArguments } from './decide.ts';

/** Decides that one regression is several: the part that is named gets an id of its own. */
export async function splitCommand(
  world: World,
  args: DecisionArguments & {
    readonly regression: string;
    readonly archs?: string;
    readonly consumers?: string;
  },
): Promise<number> {
  const reason = reasonOf(args);
  const list = (text: string | undefined) => text?.split(',').map((t) => t.trim());
  const [archs, consumers] = [list(args.archs), list(args.consumers)];
  if (!archs && !consumers)
    throw new QueryError('which part?', { hint: 'add --archs or --consumers: what shall be its own' });
  await withLog(world, args, async (store) => {
    const { document: r } = regressionNamed(await loadModel(store), args.regression);
    for (const [names, has] of [
      [archs, r.archs],
      [consumers?.map((c) => c.split('/')[0]!), r.consumers],
    ] as const)
      for (const name of names ?? [])
        if (!has.includes(name))
          throw new QueryError(`${r.id} does not have "${name}"`, {
            suggestions: nearest(name, has),
            hint: `it has ${has.join(', ')}`,
          });
    await decide(world, args, store, (by, at) =>
      newEvent({
        type: 'RegressionSplit',
        stream: `split/${r.id}/${at}`,
        knownAt: at,
        source: by,
        locator: 'regline split',
        payload: {
          regression: r.id,
          by,
          reason,
          ...(archs ? { archs } : {}),
          ...(consumers ? { consumers } : {}),
        },
      }),
    );
  });
  return 0;
}
