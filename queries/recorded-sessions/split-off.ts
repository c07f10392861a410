import type { StoredEvent } from '../../store/events/event.ts';

/** Where the sessions come from that one search was split into: what follows another search without that, a person began. */
export const SPLIT_OFF = 'regline bisect split';
/** Where the one of them comes from that goes on: all were begun at one moment. */
export const GOES_ON = `${SPLIT_OFF}, goes on`;

/** Whether a session is one of those that a search was split into. */
export function isSplitOff({ start }: { readonly start: Pick<StoredEvent, 'locator'> }): boolean {
  return start.locator === SPLIT_OFF || start.locator === GOES_ON;
}
