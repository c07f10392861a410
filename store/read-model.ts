import type { Json } from './canonical-json.ts';
import type { EventType } from './events/catalogue.ts';
import type { StoredEvent } from './events/event.ts';

/** A row of a read model: found by its key, or by the value of one of its table's indexes. */
export interface Row {
  readonly key: string;
  readonly value: Json;
  readonly indexes?: Readonly<Record<string, string>>;
}

/** How a fold reads rows and events; the same for every backend, and for a fold in memory. */
export interface ReadModelRows {
  get(table: string, keys: readonly string[]): Promise<ReadonlyMap<string, Json>>;
  find(table: string, index: string, values: readonly string[]): Promise<readonly Row[]>;
  /** All rows of a table, by key. For small tables and for tests. */
  all(table: string): Promise<readonly Row[]>;
}

/** How a fold writes rows, and reads again what was folded before. */
export interface ReadModelWriter extends ReadModelRows {
  put(table: string, rows: readonly Row[]): Promise<void>;
  remove(table: string, keys: readonly string[]): Promise<void>;
  /** Events that were folded before, in pages, in log order. */
  again(filter: {
    readonly types: readonly EventType[];
    readonly to: number;
  }): AsyncIterable<readonly StoredEvent[]>;
  /** Folded events by position. */
  eventsAt(positions: readonly number[]): Promise<readonly StoredEvent[]>;
}

/**
 * A fold over the log whose rows are kept. It is declared in queries/; the store persists the rows with a checkpoint
 * in one transaction and knows nothing of what they mean. The rows must depend on the events alone, not on how they
 * were cut into pages: folding the whole log from zero gives the same rows.
 */
export interface ReadModel {
  readonly name: string;
  /** When it differs from the stored one, the rows are dropped and made again. */
  readonly version: string;
  readonly types: readonly EventType[];
  /** Its tables, each with the names of its indexes. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  fold(rows: ReadModelWriter, page: readonly StoredEvent[]): Promise<void>;
}
