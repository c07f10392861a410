import { answersOf } from '../../queries/model/answers.ts';
import { regressionNamed } from '../../queries/regressions/regression-named.ts';
import { loadModel } from '../../queries/model/load.ts';
import { nearest, QueryError } from '../../queries/model/query-error.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import type { EventStore } from '../../store/event-store.ts';
import { byHand } from '../by-hand.ts';
import { withLog, writeJson, type CommonArguments, type World } from '../context.ts';

interface Decision extends CommonArguments {
  readonly reason?: string;
}

const reasonOf = ({ reason }: Decision): string => {
  if (reason !== undefined && reason.trim() !== '') return reason;
  throw new QueryError('say why', { hint: 'add --reason "…"' });
};

async function decide(
  world: World,
  args: CommonArguments,
  store: EventStore,
  make: (by: string, at: string) => NewEvent,
) {
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

/** Decides that one regression is several: the part that is named gets an id of its own. */
export async function splitCommand(
  world: World,
  args: Decision & { readonly regression: string; readonly archs?: string; readonly consumers?: string },
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

/** Decides that two regressions are one; the older id stays, and the other leads to it. */
export async function mergeCommand(
  world: World,
  args: Decision & { readonly regression: string; readonly into: string },
): Promise<number> {
  const reason = reasonOf(args);
  await withLog(world, args, async (store) => {
    const model = await loadModel(store);
    const [a, b] = [args.regression, args.into].map((id) => regressionNamed(model, id).document.id);
    if (a === b) throw new QueryError(`both are ${a!} already`);
    await decide(world, args, store, (by, at) =>
      newEvent({
        type: 'RegressionMerged',
        stream: `merge/${a!}/${at}`,
        knownAt: at,
        source: by,
        locator: 'regline merge',
        payload: { regression: a!, into: b!, by, reason },
      }),
    );
  });
  return 0;
}

/** Settles a dispute: the statements that are kept count, the others do not. */
export async function settleCommand(
  world: World,
  args: Decision & { readonly dispute: string; readonly keep?: string },
): Promise<number> {
  const reason = reasonOf(args);
  await withLog(world, args, async (store) => {
    const { model } = answersOf(await loadModel(store)).verdicts;
    const disputes = model.of('StatementDisputed');
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
