import type { SessionOutcome } from '../../../queries/recorded-sessions/session.ts';
import { platformOf } from '../../../queries/bisect-session/told-outcomes.ts';
import { newEvent, type NewEvent } from '../../../store/events/event.ts';
import type { OpenSession } from './open-session.ts';

/** What an outcome says, without what every one of a command shares. */
export type Told = Omit<SessionOutcome['payload'], 'confidence' | 'rev' | 'session' | 'by' | 'step'>;

/** Makes the events of one command's outcomes: one step, so that one undo takes them back together. */
export function outcomeEvents(
  session: string,
  step: number,
  outcomes: readonly Told[],
  at: string,
  by: string,
): readonly NewEvent[] {
  return outcomes.map((o, index) =>
    newEvent({
      type: 'BisectOutcomeRecorded',
      stream: `bisect/${session}/${step}.${index}/${at}`,
      knownAt: at,
      source: by,
      locator: `regline bisect ${o.outcome}`,
      payload: { confidence: 'verified', rev: 1, session, by, step, ...o },
    }),
  );
}

/** The release that a version is, where it is one: then its outcome is evidence for tables too. */
export function releaseOf({ model, history }: OpenSession, version: string): string | null {
  if (model.graph.releases.has(version)) return version;
  return model.graph.order.find((name) => history.versionOf(name) === version) ?? null;
}

/**
 * The regressions that a test on one platform answers for: null means all of the session, which is what an outcome without
 * a regression says.
 */
export function answeredOn({ step }: OpenSession, platform: string): readonly string[] | null {
  const { regressions } = step.session.start.payload;
  const here = regressions.filter((r) => platformOf(r) === platform);
  return here.length === regressions.length ? null : here.map((r) => r.key);
}
