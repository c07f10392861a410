import { remembered } from '../../store/memo.ts';
import type { Payload } from '../../store/events/catalogue.ts';
import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import type { Model } from '../model/model.ts';
import { nearest, QueryError } from '../model/query-error.ts';
import { pairEnds } from './pair-names.ts';
import { GOES_ON } from './split-off.ts';

export type Started = Payload<'BisectStarted'>;
export type SessionOutcome = TypedStoredEvent<'BisectOutcomeRecorded'>;

/** A bisect session, built from its events. Retracted outcomes are not included: undo is a retraction. */
export interface Session {
  readonly id: string;
  readonly start: TypedStoredEvent<'BisectStarted'>;
  /** In the order of their commands. */
  readonly outcomes: readonly SessionOutcome[];
  readonly weights: readonly TypedStoredEvent<'SuspectWeighted'>[];
  /** Conclusions that are still valid: none of the events that they rest on was retracted or replaced. */
  readonly conclusions: readonly TypedStoredEvent<'BisectConcluded'>[];
  readonly abandoned: TypedStoredEvent<'BisectAbandoned'> | null;
  /** The number that the next command gets. */
  readonly nextStep: number;
  readonly terms: Started['terms'];
  /** Whether the terms are fixed: given at the start, or used once. */
  readonly termsSettled: boolean;
  readonly ends: Ends;
  /** The number of events of the session, retracted ones included: it only grows. */
  readonly revision: number;
}

/** The ends of a search. Empty: nobody has named one yet. */
export interface Ends {
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /**
   * The outcomes that name ends, because the start named none. They are no further evidence; outcomes with a log of a run, or that the
   * search had asked for, are evidence and not among these.
   */
  readonly from: ReadonlySet<string>;
}

const USUAL_TERMS = { good: 'good', bad: 'bad' } as const;
const TERMS_OF_A_PROPERTY = { good: 'old', bad: 'new' } as const;

/** Finds the ends: those of the start, else the versions of the first commands with a good and a bad outcome. */
export function endsOf(start: Started, outcomes: readonly Pick<SessionOutcome, 'id' | 'payload'>[]): Ends {
  const from = new Set<string>();
  const stated = pairEnds(start);
  const side = (word: 'good' | 'bad'): readonly string[] => {
    if (stated[word].length > 0) return stated[word];
    const first = outcomes.find(
      ({ payload }) => payload.outcome === word && isPlain(payload) && !isOtherEnd(payload),
    );
    if (first === undefined) return [];
    const same = outcomes.filter(
      ({ payload }) => payload.outcome === word && payload.step === first.payload.step,
    );
    for (const { id, payload } of same) if (payload.log === undefined && payload.asked !== true) from.add(id);
    return [...new Set(same.map(({ payload }) => payload.version))];
  };
  // A run with the opposite outcome refutes an end; the version does not become an end of the other kind.
  const isOtherEnd = ({ outcome, version, log }: Payload<'BisectOutcomeRecorded'>) => {
    if (log === undefined || outcome === 'skip') return false;
    const other = outcome === 'good' ? 'bad' : 'good';
    return (
      stated[other].includes(version) ||
      outcomes.some(
        ({ payload: o }) => o.outcome === other && o.version === version && o.log === undefined && isPlain(o),
      )
    );
  };
  return { good: side('good'), bad: side('bad'), from };
}

/** Whether an outcome is of the unmodified version, and not of one with changes applied. */
export function isPlain(outcome: Payload<'BisectOutcomeRecorded'>): boolean {
  return outcome.patches === undefined;
}

/** The terms of a session: its own, or `old` and `new` if the first outcome was recorded with one of them. */
function termsOf(
  start: Started,
  outcomes: readonly Pick<SessionOutcome, 'payload'>[],
): { readonly terms: Started['terms']; readonly settled: boolean } {
  const own = start.terms.good !== USUAL_TERMS.good || start.terms.bad !== USUAL_TERMS.bad;
  if (own || start.good.length > 0 || start.bad.length > 0) return { terms: start.terms, settled: true };
  const first = outcomes.find(({ payload }) => payload.term !== undefined)?.payload.term;
  if (first === undefined) return { terms: start.terms, settled: false };
  return { terms: first === 'old' || first === 'new' ? TERMS_OF_A_PROPERTY : USUAL_TERMS, settled: true };
}

/** The session as it would be with more outcomes. */
export function withOutcomes(
  session: Session,
  more: readonly Omit<SessionOutcome['payload'], 'confidence' | 'rev' | 'session' | 'by' | 'step'>[],
): Session {
  const last = session.outcomes.at(-1)?.position ?? session.start.position;
  const outcomes = more.map((payload, index) => ({
    ...session.start,
    type: 'BisectOutcomeRecorded' as const,
    id: `supposed ${index}`,
    position: last + 1 + index,
    payload: {
      confidence: 'verified' as const,
      rev: 1,
      session: session.id,
      by: '',
      step: session.nextStep,
      ...payload,
    },
  }));
  return sessionOf({ ...session, outcomes: [...session.outcomes, ...outcomes] });
}

/** A session that has just begun. */
export function sessionBegun(start: Session['start'], revision = 1): Session {
  return sessionOf({ start, outcomes: [], weights: [], conclusions: [], abandoned: null, revision });
}

/** Derives the state of a session from its events. */
function sessionOf(
  events: Pick<Session, 'start' | 'outcomes' | 'weights' | 'conclusions' | 'abandoned' | 'revision'>,
): Session {
  const { start, outcomes, weights, conclusions, abandoned, revision } = events;
  const { terms, settled } = termsOf(start.payload, outcomes);
  return {
    id: start.payload.session,
    start,
    outcomes,
    weights,
    conclusions,
    abandoned,
    nextStep: Math.max(0, ...outcomes.map((o) => o.payload.step)) + 1,
    terms,
    termsSettled: settled,
    ends: endsOf(start.payload, outcomes),
    revision,
  };
}

const known = new WeakMap<Model, readonly Session[]>();

/** Finds the sessions of a log, oldest first. */
export function sessionsOf(model: Model): readonly Session[] {
  return remembered(known, model, () => findSessions(model));
}

function findSessions(model: Model): readonly Session[] {
  const counts = new Set(model.counting.events.map((e) => e.id));
  const holds = (address: string) =>
    counts.has(address.slice(0, 64)) && !model.counting.retracted.has(address);
  const revisions = revisionsOf(model);
  const begun = new Map(model.of('BisectStarted').map((start) => [start.payload.session, start]));
  return inOrder(model.of('BisectStarted')).map((start): Session => {
    const id = start.payload.session;
    const own = <E extends { payload: { session: string } }>(events: readonly E[]) =>
      events.filter((e) => e.payload.session === id);
    const weighing = weighedAlike(start, begun);
    return sessionOf({
      start,
      outcomes: own(model.of('BisectOutcomeRecorded')).sort(inTurn),
      weights: inOrder(model.of('SuspectWeighted').filter((e) => weighing.has(e.payload.session))),
      conclusions: inOrder(own(model.of('BisectConcluded'))).filter((e) => e.payload.restsOn.every(holds)),
      abandoned: own(model.of('BisectAbandoned'))[0] ?? null,
      revision: revisions.get(id) ?? 1,
    });
  });
}

/** Orders by time, so that the order in which logs were merged does not matter; of split sessions, the one that goes on comes last. */
function inOrder<E extends StoredEvent>(events: readonly E[]): readonly E[] {
  const goesOn = ({ locator }: E) => (locator === GOES_ON ? 1 : 0);
  return events.toSorted((a, b) => byTime(a, b) || goesOn(a) - goesOn(b) || a.position - b.position);
}

/** Lists a session and the sessions that it continues in the same direction: weights of suspects are inherited from these. */
function weighedAlike(
  start: Session['start'],
  begun: ReadonlyMap<string, Session['start']>,
): ReadonlySet<string> {
  const sessions = new Set<string>();
  for (
    let each: Session['start'] | undefined = start;
    each !== undefined && !sessions.has(each.payload.session);
    each = begun.get(each.payload.follows ?? '')
  ) {
    if (each.payload.direction !== start.payload.direction) break;
    sessions.add(each.payload.session);
  }
  return sessions;
}

/** Orders by the number of the command; of two machines with the same number, by time. So the order in which logs were merged does not matter. */
function inTurn(a: SessionOutcome, b: SessionOutcome): number {
  if (a.payload.step !== b.payload.step) return a.payload.step - b.payload.step;
  return byTime(a, b) || a.position - b.position;
}

function byTime(a: StoredEvent, b: StoredEvent): number {
  const [at, other] = [a.knownAt ?? '', b.knownAt ?? ''];
  return at === other ? 0 : at < other ? -1 : 1;
}

/** The session that an event belongs to, or that the event belongs to which it retracts; null where there is none. */
export function sessionOfEvent(
  event: StoredEvent,
  byId: (id: string) => StoredEvent | undefined,
): string | null {
  switch (event.type) {
    case 'BisectStarted':
    case 'BisectOutcomeRecorded':
    case 'SuspectWeighted':
    case 'BisectConcluded':
    case 'BisectAbandoned':
      return event.payload.session;
    case 'EventRetracted': {
      const target = byId(event.payload.target.slice(0, 64));
      return target === undefined ? null : sessionOfEvent(target, byId);
    }
    default:
      return null;
  }
}

function revisionsOf(model: Model): ReadonlyMap<string, number> {
  const revisions = new Map<string, number>();
  for (const event of model.byId.values()) {
    const session = sessionOfEvent(event, (id) => model.byId.get(id));
    if (session !== null) revisions.set(session, (revisions.get(session) ?? 0) + 1);
  }
  return revisions;
}

/**
 * Finds the session that is meant: by the beginning of its name, or the youngest that was not given up.
 *
 * @throws QueryError when there is none, or several begin so.
 */
export function sessionNamed(model: Model, name: string | undefined): Session {
  const all = sessionsOf(model);
  if (name === undefined) {
    const open = all.filter((s) => s.abandoned === null).at(-1);
    if (open) return open;
    // As with git, users reset first and then report what was found.
    const last = all.at(-1);
    throw new QueryError('no bisect session is open', {
      hint:
        last === undefined
          ? 'regline bisect start --help'
          : `--session ${last.id}${last.start.payload.over === 'commits' ? ' --repo DIR' : ''} names the last one, which was given up`,
    });
  }
  const found = all.filter((s) => s.id.startsWith(name));
  if (found.length === 1) return found[0]!;
  throw new QueryError(
    found.length === 0 ? `no bisect session "${name}"` : `several sessions begin with "${name}"`,
    {
      suggestions:
        found.length === 0
          ? nearest(
              name,
              all.map((s) => s.id),
            )
          : found.map((s) => s.id),
    },
  );
}
