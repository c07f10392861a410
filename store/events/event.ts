import type { KnownAt } from './known-at.ts';
import type { EventType, Payload } from './catalogue.ts';

/** An event on its way into the log. */
export type NewEvent = { [T in EventType]: TypedNewEvent<T> }[EventType];

export interface TypedNewEvent<T extends EventType> {
  readonly type: T;
  /**
   * The statement that this is a version of: origin and natural key, `rseq/39a167560a61.ids`. Events of equal type and
   * stream are versions of one statement, ordered by the payload's `rev`, then known-at.
   */
  readonly stream: string;
  readonly knownAt: KnownAt;
  /** Who said it: a message-id in angle brackets, a commit, an address, `sha256:…` of a log. */
  readonly source: string;
  /** The place inside the carrier: `releases.yaml:12`, `line 40`. */
  readonly locator: string;
  readonly payload: Payload<T>;
}

/** An event as the log gives it back: payload at the current version, with its batch's clocks and author. */
export type StoredEvent = { [T in EventType]: TypedStoredEvent<T> }[EventType];

export interface TypedStoredEvent<T extends EventType> extends TypedNewEvent<T> {
  /** 1, 2, … without a gap, in the order of recording. */
  readonly position: number;
  /** SHA-256 over the content, 64 hex digits. */
  readonly id: string;
  readonly version: number;
  readonly batch: number;
  /** When this log took it in, an ISO instant with milliseconds. */
  readonly recordedAt: string;
}

/** Makes an event, typed by its name. */
export function newEvent<T extends EventType>(event: TypedNewEvent<T>): NewEvent {
  // The mapped union loses the tie between T and its payload; the parameter type has it.
  return event as unknown as NewEvent;
}
