import { loadModel } from '../../queries/replay/load-model.ts';
import { nearest, QueryError } from '../../queries/model/query-error.ts';
import {
  idForDecisions,
  isMerged,
  partOf,
  type Part,
} from '../../queries/regressions/regression-decisions.ts';
import type { ViolationStretch } from '../../queries/verdict/violations.ts';
import { consumerName } from '../../queries/model/model.ts';
import { archAmong } from '../../store/names/arch-name.ts';
import { newEvent } from '../../store/events/event.ts';
import { withLog, type World } from '../context.ts';
import { decide, reasonOf, regressionToDecide, type DecisionArguments } from './decide.ts';

function expectOne(regression: string, name: string, has: readonly string[]): string {
  if (has.includes(name)) return name;
  throw new QueryError(`${regression} does not have "${name}"`, {
    suggestions: nearest(name, has),
    hint: `it has ${has.join(', ')}`,
  });
}

/** Consumers that a regression hits, and their variants that it hits. */
function consumersOf({ violations }: ViolationStretch): readonly string[] {
  const names = violations.flatMap(({ consumer: { consumer, variant } }) => [
    consumer,
    consumerName(consumer, variant),
  ]);
  return [...new Set(names)];
}

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
    const model = await loadModel(store);
    const found = regressionToDecide(model, args.regression);
    const { document: r, stretch } = found;
    if (r.opened !== 'records')
      throw new QueryError(
        `${r.id} was opened by a ${r.opened === 'claim' ? 'report' : 'test'}, not by records`,
        {
          hint: 'what says one thing of several places is told apart by a further statement: regline record',
        },
      );
    if (isMerged(model, found))
      throw new QueryError(`${r.id} is what several were merged into`, {
        hint: `take that back, split each, and merge the parts; regline explain ${r.id} names the decision`,
      });
    const part: Part = {
      ...(archs
        ? { archs: archs.map((name) => archAmong(name, r.archs) ?? expectOne(r.id, name, r.archs)) }
        : {}),
      ...(consumers
        ? { consumers: consumers.map((name) => expectOne(r.id, name, consumersOf(stretch))) }
        : {}),
    };
    const parted = partOf(stretch, part);
    if (parted.part.length === 0)
      throw new QueryError(`${r.id} has none of these consumers on these architectures`);
    if (parted.rest.length === 0)
      throw new QueryError(`that is all of ${r.id}: nothing would be left`, {
        hint: 'name what shall be its own, not the whole',
      });
    await decide(world, args, store, (by, at) =>
      newEvent({
        type: 'RegressionSplit',
        stream: `split/${idForDecisions(found)}/${at}`,
        knownAt: at,
        source: by,
        locator: 'regline split',
        payload: { regression: idForDecisions(found), by, reason, ...part },
      }),
    );
  });
  return 0;
}
