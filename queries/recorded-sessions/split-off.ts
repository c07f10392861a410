import type { StoredEvent } from '../../store/events/event.ts';

/** The locator of sessions that a split made; other sessions that continue one were started by the user. */
export const SPLIT_OFF = 'regline bisect split';
/** The locator of the session that goes on after a split; all sessions of a split have the same time. */
export const GOES_ON = `${SPLIT_OFF}, goes on`;

/** Whether a session is one of those that a search was split into. */
export function isSplitOff({ start }: { readonly start: Pick<StoredEvent, 'locator'> }): boolean {
  return start.locator === SPLIT_OFF || start.locator === GOES_ON;
}
