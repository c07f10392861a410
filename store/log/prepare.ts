import { canonicalJson } from '../canonical-json.ts';
import { StoreError, type Diagnostic } from '../errors.ts';
import type { AppendOptions, BatchHeader, Head } from '../event-store.ts';
import { checkPayload, PayloadError, upcast, type Catalogue } from '../events/catalogue.ts';
import type { NewEvent } from '../events/event.ts';
import { withoutHalves } from '../half-characters.ts';
import { eventId } from '../identity.ts';
import { knownAtPrecision, type KnownAt } from '../events/known-at.ts';

/** A validated event that is ready to be written. */
export interface Prepared {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly stream: string;
  readonly knownAt: KnownAt;
  readonly source: string;
  readonly locator: string;
  /** Canonical JSON: the very text that the id covers. */
  readonly payload: string;
}

/**
 * Validates an event and computes its id.
 *
 * @throws PayloadError when the payload or the known-at is not acceptable.
 */
export function prepareEvent(catalogue: Catalogue, event: NewEvent): Prepared {
  const { type, knownAt } = event;
  // They are kept as they are; what the payload holds is escaped in JSON. The id must cover what comes out again.
  const [stream, source, locator] = [event.stream, event.source, event.locator].map(withoutHalves) as [
    string,
    string,
    string,
  ];
  checkPayload(catalogue, type, event.payload);
  // Every read compares the end of a known-at, so one without an end must be refused.
  if (knownAt !== null && knownAtPrecision(knownAt) === null) {
    throw new PayloadError(type, [{ path: 'knownAt', message: `"${knownAt}" is no date` }]);
  }
  const payload = payloadText(event);
  const { version } = catalogue.get(type)!;
  const id = eventId({ type, version, stream, knownAt, source, payloadText: payload });
  return { id, type, version, stream, knownAt, source, locator, payload };
}

/** The payload as canonical JSON; values that JSON cannot hold, and circular ones, are refused. */
function payloadText({ type, payload }: NewEvent): string {
  try {
    return canonicalJson(payload);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError)
      throw new PayloadError(type, [{ path: '', message: error.message }]);
    throw error;
  }
}

/** Refuses a time that cannot be compared as text. */
export function checkHeader({ recordedAt }: BatchHeader): void {
  const ms = Date.parse(recordedAt);
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== recordedAt) {
    throw new TypeError(`recordedAt is an ISO instant with milliseconds, not "${recordedAt}"`);
  }
}

/** @throws StoreError `conflict` when the log has changed since the caller read it. */
export function checkHead(head: Head, { expectHead }: AppendOptions): void {
  if (expectHead === undefined || expectHead === head.position) return;
  throw new StoreError(
    'conflict',
    `the log is at position ${head.position}, not at ${expectHead}: somebody else wrote in the meantime`,
    'look at what is new, then decide again',
  );
}

/** A version of a statement that was there before. */
export interface EarlierVersion {
  readonly version: number;
  readonly payload: string;
}

/** Tells whether an event changes the content of a statement without raising its `rev`. */
export function unchangedRevision(
  catalogue: Catalogue,
  event: Prepared,
  earlier: readonly EarlierVersion[],
): Diagnostic | null {
  const { rev } = JSON.parse(event.payload) as { readonly rev?: number };
  if (rev === undefined) return null;
  const changed = earlier.some((old) => {
    const payload = upcast(catalogue, event.type, old.version, JSON.parse(old.payload)) as { rev?: number };
    if (payload.rev !== rev) return false;
    // A newer version of the event type changes the id, too: that is no change by the author.
    return old.version === event.version || canonicalJson(payload) !== event.payload;
  });
  if (!changed) return null;
  const place = /^(.*?):(\d+)(?::(\d+))?$/.exec(event.locator);
  return {
    severity: 'error',
    message: `the content of "${event.stream}" changed, but its rev is still ${rev}`,
    place: place
      ? {
          file: place[1]!,
          line: Number(place[2]),
          ...(place[3] === undefined ? {} : { column: Number(place[3]) }),
        }
      : { file: event.locator || '-' },
    hint: `write rev: ${rev + 1}`,
  };
}
