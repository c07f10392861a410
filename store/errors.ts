/** Where in an input something was found: a file (or `-`), a line and a column, both 1-based. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that is wrong with an input, with its place. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly place: Place;
  /** What to do about it, when there is something to do. */
  readonly hint?: string;
}

/** Writes a place as `file:line:column`, leaving out what is unknown. */
export function formatPlace(place: Place): string {
  const { file, line, column } = place;
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
}

/** Why the store cannot be used. Each is an exit code 4 on the command line. */
export type StoreErrorCode =
  | 'missing'
  | 'missing-folder'
  | 'not-a-database'
  | 'foreign-database'
  | 'newer-schema'
  | 'locked'
  | 'read-only'
  | 'full'
  | 'damaged'
  | 'conflict';

/** The store cannot do what was asked. `code` is for programs, `message` and `hint` are for people. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly hint: string;

  constructor(code: StoreErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
    this.hint = hint;
  }
}

/** An input cannot be taken in. Exit code 3 on the command line; the diagnostics carry file and line. */
export class InputError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => `${formatPlace(d.place)}: ${d.message}`).join('\n'));
    this.name = 'InputError';
    this.diagnostics = diagnostics;
  }
}

/** Refuses a whole file: one error, which names no line. */
export function refusedFile(file: string, message: string): InputError {
  return new InputError([{ severity: 'error', message, place: { file } }]);
}
