import type { Diagnostic } from '../store/errors.ts';
import type { NewEvent } from '../store/events/event.ts';
import type { ImportHints } from './importer.ts';

/** What of a clone is to be read. */
export interface RepositoryOptions {
  /** The folder of the clone. */
  readonly repository: string;
  /** `A..B`; everything when null. */
  readonly range: string | null;
  /** Only commits that touch these; all when empty. */
  readonly paths: readonly string[];
  /** Tags that begin with `prefix` are releases of `line`. */
  readonly tagRule: { readonly prefix: string; readonly line: string } | null;
  readonly hints: ImportHints;
  /** Called now and then with how much is done of how much. */
  readonly progress?: (done: number, of: number) => void;
}

/** A page of events from a clone; a warning is shown and changes nothing. */
export interface ProducedFromRepository {
  readonly events: readonly NewEvent[];
  readonly warnings?: readonly Diagnostic[];
}

/** Turns the history of a clone into events. It never opens the store and never prints. */
export interface RepositoryImporter {
  readonly format: string;
  /** Raised when the same history gives other events than before. */
  readonly version: number;
  readonly says: string;
  /** @throws GitError when the clone cannot be read or has no such commits. */
  read(options: RepositoryOptions): AsyncIterable<ProducedFromRepository>;
}
