import { sessionsOf, type Session } from '../recorded-sessions/session.ts';
import { isSplitOff } from '../recorded-sessions/split-off.ts';
import type { Model } from '../model/model.ts';

/** One of the searches that a search was split into. */
export interface OpenPart {
  readonly session: string;
  readonly kind: 'broke' | 'fixed';
  readonly from: string;
  readonly to: string;
  /** The command that goes on with it. */
  readonly command: string;
}

/**
 * Lists what else the search was split into that a session is a part of, and that has no answer yet; with the search itself where it has
 * another regression, which was not split.
 */
export function openPartsBeside(model: Model, session: Session): readonly OpenPart[] {
  const all = sessionsOf(model);
  const parts = all.filter(isSplitOff);
  const above = new Set<string>();
  let at: Session | undefined = session;
  while (at !== undefined && isSplitOff(at)) {
    const follows: string | undefined = at.start.payload.follows;
    if (follows === undefined || above.has(follows)) break;
    above.add(follows);
    at = parts.find(({ id }) => id === follows);
  }
  const isOpen = (s: Session) =>
    s.abandoned === null &&
    s.conclusions.length === 0 &&
    // What was split itself goes on in its parts.
    !parts.some(({ start }) => start.payload.follows === s.id);
  const hasMore = (s: Session) => {
    const split = parts.filter(({ start }) => start.payload.follows === s.id);
    const settled = new Set([
      ...s.conclusions.map((c) => c.payload.regression),
      ...split.flatMap(({ start }) => start.payload.regressions.map((r) => r.key)),
    ]);
    return s.abandoned === null && s.start.payload.regressions.some((r) => !settled.has(r.key));
  };
  return (
    all
      .filter((s) =>
        above.has(s.id)
          ? hasMore(s)
          : isSplitOff(s) && s.id !== session.id && above.has(s.start.payload.follows ?? '') && isOpen(s),
      )
      .map(({ id, start: { payload } }): OpenPart => ({
        session: id,
        kind: payload.direction === 'fixed' ? 'fixed' : 'broke',
        from: payload.good.join(', '),
        to: payload.bad.join(', '),
        command: `regline bisect run --session ${id}`,
      }))
      // By content: another log may have met them in another order.
      .sort((a, b) => compare(a.kind, b.kind) || compare(a.session, b.session))
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
