import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Model } from '../model.ts';
import { nearest, QueryError } from '../query-error.ts';

export type SessionOutcome = TypedStoredEvent<'BisectOutcomeRecorded'>;

/** A search as its events tell it. Retracted outcomes are not in it: undo is a retraction. */
export interface Session {
  readonly id: string;
  readonly start: TypedStoredEvent<'BisectStarted'>;
  /** In the order in which they were recorded. */
  readonly outcomes: readonly SessionOutcome[];
  readonly weights: readonly TypedStoredEvent<'SuspectWeighted'>[];
  /** Conclusions that still hold: everything that they rest on counts. */
  readonly conclusions: readonly TypedStoredEvent<'BisectConcluded'>[];
  readonly abandoned: TypedStoredEvent<'BisectAbandoned'> | null;
  /** The number that the next command gets. */
  readonly nextStep: number;
}

/** Finds the sessions of a log, oldest first. */
export function sessionsOf(model: Model): readonly Session[] {
  const counts = new Set(model.counting.events.map((e) => e.id));
  const inOrder = <E extends { position: number }>(events: readonly E[]) =>
    [...events].sort((a, b) => a.position - b.position);
  return inOrder(model.of('BisectStarted')).map((start): Session => {
    const id = start.payload.session;
    const own = <E extends { payload: { session: string } }>(events: readonly E[]) =>
      events.filter((e) => e.payload.session === id);
    const outcomes = inOrder(own(model.of('BisectOutcomeRecorded')));
    return {
      id,
      start,
      outcomes,
      weights: inOrder(own(model.of('SuspectWeighted'))),
      conclusions: inOrder(own(model.of('BisectConcluded'))).filter((e) =>
        e.payload.restsOn.every((on) => counts.has(on)),
      ),
      abandoned: own(model.of('BisectAbandoned'))[0] ?? null,
      nextStep: Math.max(0, ...outcomes.map((o) => o.payload.step)) + 1,
    };
  });
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
    throw new QueryError('no bisect session is open', { hint: 'regline bisect start --help' });
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
