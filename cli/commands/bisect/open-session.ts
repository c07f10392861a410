import type { DecideOptions } from '../../../queries/bisect/problem.ts';
import { sessionNamed } from '../../../queries/bisect-session/session.ts';
import { stepOf, type Step } from '../../../queries/bisect-session/step.ts';
import { loadModel } from '../../../queries/load.ts';
import type { Model } from '../../../queries/model.ts';
import type { EventStore } from '../../../store/event-store.ts';
import type { NewEvent } from '../../../store/events/event.ts';
import { withLog, type CommonArguments, type World } from '../../context.ts';
import { TOOL } from '../../version.ts';
import { actorOf } from '../import.ts';
import { placeOf, type Place } from './place.ts';
import { openHistory, type OpenHistory } from './versions.ts';

export interface BisectArguments extends CommonArguments {
  readonly session?: string;
  readonly repo?: string;
  readonly machines?: string;
  readonly built?: string;
  readonly buildCost?: string;
  readonly bootCost?: string;
  readonly runCost?: string;
}

/** An open session with everything that a command needs. */
export interface OpenSession {
  readonly store: EventStore;
  readonly model: Model;
  readonly place: Place;
  readonly history: OpenHistory;
  readonly step: Step;
}

/** Opens the session that the arguments mean and works out where it stands. */
export async function withSession<T>(
  world: World,
  args: BisectArguments,
  act: (open: OpenSession) => Promise<T>,
): Promise<T> {
  return withLog(world, args, async (store) => act(await openSession(world, args, store)));
}

/** Reads the log anew: what another machine recorded in between counts too. */
export async function openSession(
  world: World,
  args: BisectArguments,
  store: EventStore,
): Promise<OpenSession> {
  const model = await loadModel(store);
  const session = sessionNamed(model, args.session);
  const place = await placeOf(world, args, session.id);
  const history = await openHistory(model, session, place.repository);
  const cached = await Promise.all((args.built?.split(',') ?? []).map((word) => history.resolve(word)));
  const step = stepOf(model, session, history, { ...optionsOf(args), cached: new Set(cached) });
  await history.learnSubjects(
    [
      ...step.decision.next.map((n) => n.version),
      ...step.decision.regressions.flatMap((r) => r.top.map((t) => t.version)),
      ...session.outcomes.map((o) => o.payload.version),
      ...session.start.payload.good,
      ...session.start.payload.bad,
    ].filter((v) => /^[0-9a-f]{40,64}$/.test(v) && session.start.payload.over === 'commits'),
  );
  return { store, model, place, history, step };
}

function optionsOf(args: BisectArguments): DecideOptions {
  const costs = [args.buildCost, args.bootCost, args.runCost];
  return {
    ...(args.machines === undefined ? {} : { machines: Math.max(1, Math.floor(Number(args.machines)) || 1) }),
    ...(costs.every((c) => c === undefined)
      ? {}
      : {
          costs: {
            build: Number(args.buildCost ?? 5),
            boot: Number(args.bootCost ?? 1),
            run: Number(args.runCost ?? 1),
          },
        }),
  };
}

/** Appends decisions made on what was seen; somebody else's in between is a conflict, not a surprise. */
export async function decideInLog(
  world: World,
  store: EventStore,
  make: (at: string, by: string) => readonly NewEvent[],
): Promise<readonly string[]> {
  const { position } = await store.head();
  const at = world.now().toISOString();
  const by = actorOf(world);
  const events = make(at, by);
  if (events.length === 0) return [];
  const { ids } = await store.append(
    { recordedAt: at, actor: by, tool: TOOL, importer: null, carrier: null, carrierHash: null },
    events,
    { expectHead: position },
  );
  return ids;
}
