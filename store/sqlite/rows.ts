import { StoreError } from '../errors.ts';
import { upcast, type Catalogue } from '../events/catalogue.ts';
import type { StoredEvent } from '../events/event.ts';

/** A row of the event table, with the recorded-at of its batch and the text of its source. */
export interface EventRow {
  readonly position: number;
  readonly id: string;
  readonly batch: number;
  readonly stream: string;
  readonly type: string;
  readonly version: number;
  readonly known_at: string | null;
  readonly cite: string;
  readonly payload: string;
  readonly locator: string;
  readonly recorded_at: string;
}

/** The columns of an EventRow, for `SELECT … FROM event JOIN source USING (source) JOIN batch USING (batch)`. */
export const EVENT_SELECT = `SELECT event.position, event.id, event.batch, event.stream, event.type, event.version,
  event.known_at, source.cite, event.payload, event.locator, batch.recorded_at
  FROM event JOIN source ON source.source = event.source JOIN batch ON batch.batch = event.batch`;

/** Makes an event of a row, with its payload converted to the current version. */
export function eventOf(catalogue: Catalogue, row: EventRow): StoredEvent {
  const { position, id, batch, stream, type, known_at, cite, locator, recorded_at } = row;
  const payload = upcast(catalogue, type, row.version, payloadOf(row));
  // The payload was validated when the row was written, so that it fits its type.
  return {
    position,
    id,
    batch,
    stream,
    type,
    version: row.version,
    knownAt: known_at,
    source: cite,
    locator,
    recordedAt: recorded_at,
    payload,
  } as unknown as StoredEvent;
}

function payloadOf({ position, payload }: EventRow): unknown {
  try {
    return JSON.parse(payload);
  } catch (error) {
    throw new StoreError(
      'damaged',
      `the content of event ${position} cannot be read`,
      'run regline verify to see what is damaged; restore the file from a copy',
      { cause: error },
    );
  }
}
