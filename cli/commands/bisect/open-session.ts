import type { Costs } from '../../../queries/bisect/range/problem.ts';
import {
  sessionNamed,
  sessionOfEvent,
  withOutcomes,
  type Session,
} from '../../../queries/recorded-sessions/session.ts';
import { pastRunsOf } from '../../../queries/bisect-session/run-history.ts';
import { stepOf, type Step, type StepOptions } from '../../../queries/bisect-session/step.ts';
import { platformOf } from '../../../queries/bisect-session/told-outcomes.ts';
import { describeEvent } from '../../../queries/model/describe-event.ts';
import { loadModel } from '../../../queries/replay/load-model.ts';
import type { Model } from '../../../queries/model/model.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import { StoreError } from '../../../store/errors.ts';
import type { EventStore } from '../../../store/event-store.ts';
import type { NewEvent, StoredEvent } from '../../../store/events/event.ts';
import { withLog, type CommonArguments, type World } from '../../context.ts';
import { byHand } from '../../by-hand.ts';
import { keepPlace, placeOf, type Place } from './place.ts';
import { openHistory } from './open-history.ts';
import { recordLeftBehind } from './run-pending.ts';
import type { OpenHistory } from './versions.ts';

export interface BisectArguments extends CommonArguments {
  readonly session?: string | undefined;
  readonly repo?: string;
  readonly machines?: string;
  readonly built?: string;
  readonly underWay?: string;
  readonly buildCost?: string;
  readonly bootCost?: string;
  readonly runCost?: string;
  readonly expect?: string | undefined;
  /** A change that mends the build, put on top of versions that cannot be built. */
  readonly cherryPick?: string;
  /** Whether what an answer rests on is tested where nobody has seen it. */
  readonly checkEnds?: boolean;
}

/** Gives what `decideInLog` needs of an open session. */
export function seen({ store, head, step }: OpenSession): {
  readonly store: EventStore;
  readonly head: number;
  readonly session: string;
} {
  return { store, head, session: step.session.id };
}

/** An open session with everything that a command needs. */
export interface OpenSession {
  readonly store: EventStore;
  readonly model: Model;
  /** The position of the last event that it was read from. */
  readonly head: number;
  readonly place: Place;
  readonly history: OpenHistory;
  readonly step: Step;
  readonly options: StepOptions;
}

/** Opens the session that the arguments mean and works out where it stands. */
export async function withSession<T>(
  world: World,
  args: BisectArguments,
  act: (open: OpenSession) => Promise<T>,
): Promise<T> {
  return withLog(world, args, async (store) => act(await openSession(world, args, store)));
}

/** The same for a verb that adds to the session: what a killed run had found out comes first. */
export async function withSessionToChange<T>(
  world: World,
  args: BisectArguments,
  act: (open: OpenSession) => Promise<T>,
): Promise<T> {
  return withLog(world, args, async (store) => {
    const open = await openSession(world, args, store);
    const isMore = await recordLeftBehind(world, store, open.place.folder);
    return act(isMore ? await openSession(world, args, store) : open);
  });
}

/** Reads the log anew: what another machine recorded in between counts too. */
export async function openSession(
  world: World,
  args: BisectArguments,
  store: EventStore,
): Promise<OpenSession> {
  const head = (await store.head()).position;
  const model = await loadModel(store);
  const session = sessionNamed(model, args.session);
  expectRevision(session, args.expect);
  const place = await placeOfSession(world, args, session);
  const history = await openHistory(model, session, place.repository, place.folder);
  const options = {
    ...(await optionsOf(args, history, session)),
    past: await pastRunsOf(store, model, session),
  };
  const step = stepOf(model, session, history, options);
  await learnSubjects(history, step);
  // Named once, it is where this machine finds the clone from then on.
  if (args.repo !== undefined) await keepPlace(place);
  return { store, model, head, place, history, step, options };
}

/** The place of a session; of a part that was split off when the machine went down, the clone of what it goes on from. */
async function placeOfSession(world: World, args: BisectArguments, session: Session): Promise<Place> {
  const own = await placeOf(world, args, session.id);
  const { follows } = session.start.payload;
  if (own.repository !== null || follows === undefined) return own;
  const { repository, byName } = await placeOf(world, args, follows);
  return { ...own, repository, byName };
}

async function learnSubjects(history: OpenHistory, { session, decision }: Step): Promise<void> {
  await history.learnSubjects([
    ...decision.next.map((n) => n.version),
    ...decision.regressions.flatMap((r) => [
      ...r.top.map((t) => t.version),
      ...r.unseenBases,
      ...r.apart,
      ...r.seenBefore,
    ]),
    ...session.outcomes.map((o) => o.payload.version),
    ...session.ends.good,
    ...session.ends.bad,
  ]);
}

/**
 * Works out where the session would stand after more outcomes, without recording them.
 *
 * @throws BisectError when they leave nothing to search.
 */
export async function stepAfter(
  { model, step, place, options }: OpenSession,
  outcomes: Parameters<typeof withOutcomes>[1],
): Promise<Step> {
  const session = withOutcomes(step.session, outcomes);
  const history = await openHistory(model, session, place.repository, place.folder);
  const after = stepOf(model, session, history, options);
  await learnSubjects(history, after);
  return after;
}

async function optionsOf(
  args: BisectArguments,
  history: OpenHistory,
  session: Session,
): Promise<StepOptions> {
  const versionsOf = async (words: string | undefined) =>
    Promise.all((words?.split(',') ?? []).map((word) => history.resolve(word.trim())));
  const costs = costsOf(args);
  const underWay = await versionsOf(args.underWay);
  const platforms = [...new Set(session.start.payload.regressions.map(platformOf))];
  return {
    ...(args.machines === undefined ? {} : { machines: machinesOf(args.machines) }),
    ...(costs === null ? {} : { costs }),
    ...(args.cherryPick === undefined ? {} : { mends: await versionsOf(args.cherryPick) }),
    ...(args.checkEnds === true ? { checkBases: true } : {}),
    cached: new Set(await versionsOf(args.built)),
    underWay: underWay
      .filter((version) => history.graph.names.indexOf(version) >= 0)
      .flatMap((version) => platforms.map((platform) => ({ version, platform }))),
  };
}

function machinesOf(text: string): number {
  const machines = Number(text);
  if (Number.isInteger(machines) && machines >= 1 && machines <= 100) return machines;
  throw new QueryError(`--machines "${text}" is no number from 1 to 100`);
}

function costsOf(args: BisectArguments): Costs | null {
  const given = { build: args.buildCost, boot: args.bootCost, run: args.runCost };
  if (Object.values(given).every((text) => text === undefined)) return null;
  const usual: Costs = { build: 5, boot: 1, run: 1 };
  const cost = (name: keyof Costs): number => {
    const value = Number(given[name] ?? usual[name]);
    if (value >= 0 && Number.isFinite(value)) return value;
    throw new QueryError(`--${name}-cost "${given[name] ?? ''}" is no cost`, {
      hint: 'any unit will do, minutes say: 5 or 0.5',
    });
  };
  const costs = { build: cost('build'), boot: cost('boot'), run: cost('run') };
  if (costs.build + costs.boot + costs.run > 0) return costs;
  throw new QueryError('something must cost more than 0');
}

function expectRevision(session: Session, expected: string | undefined): void {
  if (expected === undefined || Number(expected) === session.revision) return;
  throw new StoreError(
    'conflict',
    `${session.id} has moved on: it is at revision ${session.revision}, and ${expected} was expected`,
    'regline bisect status shows where it stands; nothing was recorded',
  );
}

/**
 * Appends decisions that were made on what was seen of a session. What was recorded of the same session in between is a
 * conflict, with what it was; anything else in between is none.
 *
 * @throws StoreError with code `conflict`.
 */
export async function decideInLog(
  world: World,
  { store, head, session }: { readonly store: EventStore; readonly head: number; readonly session: string },
  make: (at: string, by: string) => readonly NewEvent[],
): Promise<readonly string[]> {
  const header = byHand(world);
  const events = make(header.recordedAt, header.actor);
  if (events.length === 0) return [];
  for (let expectHead = head; ;) {
    try {
      return (await store.append(header, events, { expectHead })).ids;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'conflict') throw error;
      const now = (await store.head()).position;
      const between = await eventsBetween(store, expectHead, now);
      const about = await Promise.all(between.map((event) => concerns(store, event)));
      const own = between.filter((_, index) => about[index] === session);
      if (own.length > 0) throw movedOn(session, own);
      expectHead = now;
    }
  }
}

async function eventsBetween(store: EventStore, from: number, to: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const page of store.read({ from: from + 1, to, types: SESSION_TYPES })) events.push(...page);
  return events;
}

const SESSION_TYPES = [
  'BisectOutcomeRecorded',
  'SuspectWeighted',
  'BisectConcluded',
  'BisectAbandoned',
  'EventRetracted',
] as const;

async function concerns(store: EventStore, event: StoredEvent): Promise<string | null> {
  if (event.type !== 'EventRetracted') return sessionOfEvent(event, () => undefined);
  const [target] = await store.find(event.payload.target.slice(0, 64), 1);
  return target === undefined ? null : concerns(store, target);
}

function movedOn(session: string, between: readonly StoredEvent[]): StoreError {
  const said = between.map((event) => describeEvent(event)).join('; ');
  return new StoreError(
    'conflict',
    `somebody else went on with ${session} in the meantime: ${said}`,
    'nothing was recorded; regline bisect status shows where it stands now',
  );
}
