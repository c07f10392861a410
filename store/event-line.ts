import { canonicalJson, visibleJson } from './canonical-json.ts';
import { catalogue, checkPayload, upcast } from './events/catalogue.ts';
import type { NewEvent, StoredEvent } from './events/event.ts';
import { HALF } from './half-characters.ts';
import { eventId } from './identity.ts';
import { knownAtPrecision } from './events/known-at.ts';

/** A line that is no event; says what is wrong with it. */
export class EventLineError extends Error {}

const FIELDS = ['id', 'type', 'version', 'stream', 'knownAt', 'source', 'locator', 'payload'] as const;

/**
 * Writes an event as one line of JSON: its content with the id that it gives, and its locator. What belongs to one log
 * alone (position, batch, when it was recorded) is left out: another log has its own. Equal events give equal bytes.
 */
export function eventLine(event: StoredEvent): string {
  const { type, stream, knownAt, source, locator } = event;
  // A payload comes out of the log at its current version, whatever the version that it was written in.
  const { version } = catalogue.get(type)!;
  const payload = canonicalJson(event.payload);
  const id =
    version === event.version
      ? event.id
      : eventId({ type, version, stream, knownAt, source, payloadText: payload });
  const head = JSON.stringify({ id, type, version, stream, knownAt, source, locator });
  return visibleJson(`${head.slice(0, -1)},"payload":${payload}}`);
}

/**
 * Reads a line that `eventLine` wrote.
 *
 * @throws EventLineError when it is none, when its content does not give its id, or when this regline is too old for it.
 */
export function readEventLine(text: string): NewEvent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new EventLineError(`no JSON: ${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new EventLineError('no object');
  const found = value as Readonly<Record<string, unknown>>;
  const odd = Object.keys(found).find((name) => !(FIELDS as readonly string[]).includes(name));
  if (odd !== undefined) throw new EventLineError(`"${odd}" is no field of an event`);
  const word = (name: (typeof FIELDS)[number]): string => {
    const given = found[name];
    if (typeof given !== 'string' || given === '') throw new EventLineError(`${name}: it is no text`);
    if (HALF.test(given)) throw new EventLineError(`${name}: it holds half a character`);
    return given;
  };
  const [id, type, stream, source] = [word('id'), word('type'), word('stream'), word('source')];
  const { version, knownAt, locator, payload } = found;
  if (typeof locator !== 'string') throw new EventLineError('locator: it is no text');
  if (knownAt !== null && (typeof knownAt !== 'string' || knownAtPrecision(knownAt) === null))
    throw new EventLineError('knownAt: it is no date, and not null');
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw new EventLineError('version: it is no number above 0');
  try {
    if (eventId({ type, version, stream, knownAt, source, payloadText: canonicalJson(payload) }) !== id)
      throw new EventLineError('its content does not give its id: the line was changed');
    const current = upcast(catalogue, type, version, payload);
    checkPayload(catalogue, type, current);
    // The payload has passed the schema of its type, which the compiler cannot see here.
    return { type, stream, knownAt, source, locator, payload: current } as unknown as NewEvent;
  } catch (error) {
    if (error instanceof RangeError) throw new EventLineError('it is nested too deeply');
    throw error instanceof EventLineError ? error : new EventLineError(messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
