/** Why a search cannot be set up or an input of it cannot be read. */
export type BisectErrorCode =
  | 'cycle'
  | 'duplicate-version'
  | 'unknown-version'
  | 'unknown-regression'
  | 'bad-line'
  | 'no-bad-end'
  | 'no-candidates'
  | 'ends-are-one'
  | 'damaged-commit-graph'
  | 'unsupported-commit-graph';

/** Structured details of a `BisectError`: values that a program may show or test. */
export type BisectErrorDetails = Readonly<Record<string, string | number>>;

/** A search cannot go on with what it was given. `code` and `details` are for programs, `message` for people. */
export class BisectError extends Error {
  readonly code: BisectErrorCode;
  readonly details: BisectErrorDetails;

  constructor(code: BisectErrorCode, message: string, details: BisectErrorDetails = {}) {
    super(message);
    this.name = 'BisectError';
    this.code = code;
    this.details = details;
  }
}
