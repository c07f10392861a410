import { answersOf } from '../../queries/regressions/answers.ts';
import type { Model } from '../../queries/model/model.ts';
import type { FoundRegression } from '../../queries/regressions/found-regression.ts';
import { regressionNamed } from '../../queries/regressions/regression-named.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import type { EventStore } from '../../store/event-store.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { byHand } from '../by-hand.ts';
import { writeJson, type CommonArguments, type World } from '../context.ts';

/** Arguments of every decision. */
export interface DecisionArguments extends CommonArguments {
  readonly reason?: string;
}

/** @throws QueryError where nobody says why: a decision without a reason cannot be judged later. */
export function reasonOf({ reason }: DecisionArguments): string {
  if (reason !== undefined && reason.trim() !== '') return reason;
  throw new QueryError('say why', { hint: 'add --reason "…"' });
}

/**
 * Takes a decision into the log as it is now, and says how to take it back.
 *
 * @throws StoreError `conflict` when the log went on meanwhile.
 */
export async function decide(
  world: World,
  args: CommonArguments,
  store: EventStore,
  make: (by: string, at: string) => NewEvent,
): Promise<void> {
  const header = byHand(world);
  const { position } = await store.head();
  const result = await store.append(header, [make(header.actor, header.recordedAt)], {
    expectHead: position,
  });
  if (args.format === 'json') {
    writeJson(world, { schema: 'regline.decided/1', id: result.ids[0]! });
    return;
  }
  const id = result.ids[0]!.slice(0, 12);
  world.out(`decided (${id}); to take this back: regline retract ${id} --reason "…"\n`);
}

/** The regression that a decision is about; what is listed apart is none that could be split or merged. */
export function regressionToDecide(model: Model, id: string): FoundRegression {
  const found = regressionNamed(model, id);
  if (answersOf(model).regressions.includes(found)) return found;
  throw new QueryError(
    `${found.document.id} is listed apart: it is no regression of the default configuration`,
  );
}
