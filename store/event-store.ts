import type { EventType } from './events/catalogue.ts';
import type { NewEvent, StoredEvent } from './events/event.ts';
import type { ReadModel, ReadModelRows } from './read-model.ts';

/** Who appends what, from where. One import of one file, or one decision, is one batch. */
export interface BatchHeader {
  /** When this log takes it in: an ISO instant with milliseconds. An argument, so that tests and replays decide. */
  readonly recordedAt: string;
  readonly actor: string;
  /** The tool and its version: `regline 0.1.0`. */
  readonly tool: string;
  /** The importer and its version (`ktap/1`), null for a decision or a record by hand. */
  readonly importer: string | null;
  /** The file or address in which this log met the events, null when typed by hand. */
  readonly carrier: string | null;
  /** SHA-256 of the carrier's decompressed bytes. */
  readonly carrierHash: string | null;
}

export interface AppendOptions {
  /** Do everything, then roll back: the answer is what would have happened. */
  readonly dryRun?: boolean;
  /** The position that the log must end at; a decision made on an older view fails with `conflict`. */
  readonly expectHead?: number;
  /**
   * `strict`: content that changes under an unchanged `rev` is an InputError with the event's locator, because the
   * statement's author forgot to say that it is a new version. Default: both versions are kept and count.
   */
  readonly revisions?: 'strict' | 'open';
}

export interface AppendResult {
  /** The number of the batch, or null when nothing was new (an empty batch is not recorded). */
  readonly batch: number | null;
  /**
   * Ids of all events given, in their order; the new ones and those that were there. Empty where they came in pages: a file
   * may hold millions.
   */
  readonly ids: readonly string[];
  readonly events: number;
  readonly new: number;
  readonly duplicates: number;
  /** How many of the new ones are a further version of a statement that the log had. */
  readonly superseding: number;
}

export interface ReadFilter {
  readonly types?: readonly EventType[];
  /** Only these statements. */
  readonly streams?: readonly string[];
  /** Positions, both included. */
  readonly from?: number;
  readonly to?: number;
  /** Only events whose known-at has ended by this instant; an unknown known-at counts from recorded-at. */
  readonly knownBy?: string;
  readonly order?: 'ascending' | 'descending';
  readonly limit?: number;
}

export interface Batch extends BatchHeader {
  readonly number: number;
  readonly firstPosition: number;
  readonly events: number;
  readonly hash: string;
}

export interface Head {
  /** Position of the last event, 0 for an empty log. */
  readonly position: number;
  readonly batch: number;
  /** Hash of the last batch, empty for an empty log. It stands for the whole log. */
  readonly hash: string;
}

/** One thing that is wrong with a log. */
export interface Damage {
  readonly kind: 'changed' | 'missing' | 'added' | 'reordered' | 'batch' | 'file';
  readonly position: number | null;
  readonly id: string | null;
  readonly batch: number | null;
  readonly says: string;
}

export interface VerifyReport {
  readonly events: number;
  readonly batches: number;
  readonly head: Head;
  /** The first damage in log order, null when the log is whole. */
  readonly damage: Damage | null;
}

/**
 * The log: append, read, verify. Nothing is ever changed or removed. Every backend passes test/contract.
 * Methods throw StoreError when the store cannot be used.
 */
export interface EventStore {
  /**
   * Appends events in one transaction: all of them or none. Payloads are validated. Events that the log already has (by id), and
   * duplicates inside the batch, are counted and left out. Events may come in pages, so that memory stays bounded; the transaction
   * begins after the last page has come.
   *
   * @throws PayloadError for a payload that does not fit its schema, InputError with `revisions: 'strict'`.
   */
  append(
    header: BatchHeader,
    events: Iterable<NewEvent> | AsyncIterable<readonly NewEvent[]>,
    options?: AppendOptions,
  ): Promise<AppendResult>;
  /** Reads events in pages, with payloads converted to their current version. */
  read(filter?: ReadFilter): AsyncIterable<readonly StoredEvent[]>;
  /** Finds the events whose id begins with this (4 hex digits or more), at most `limit` (default 20), by position. */
  find(idPrefix: string, limit?: number): Promise<readonly StoredEvent[]>;
  /** The events at these positions, in the order asked for; positions that are not there are left out. */
  at(positions: readonly number[]): Promise<readonly StoredEvent[]>;
  batches(filter?: { readonly from?: number; readonly to?: number }): Promise<readonly Batch[]>;
  head(): Promise<Head>;
  /** How many events of each type there are. */
  countByType(): Promise<ReadonlyMap<string, number>>;
  /** Checks ids, order, gaps and the chain of batches. */
  verify(progress?: (checked: number, of: number) => void): Promise<VerifyReport>;
  /** Updates a read model to the head of the log and gives its rows. */
  rows(model: ReadModel): Promise<ReadModelRows>;
  /** Drops all rows of all read models; they are rebuilt when they are asked for. Gives the tables that were dropped. */
  dropReadModels(): Promise<readonly string[]>;
  /** Absent where a backend keeps none. */
  readonly notes?: Notes;
  close(): Promise<void>;
}

/** A cache beside the log, which may be lost at any time: values that are expensive to compute again. */
export interface Notes {
  read(key: string): Promise<string | null>;
  /** Does nothing if the store is busy; absent where nothing may be written. */
  readonly write?: (key: string, value: string) => Promise<void>;
}
