import { editDistance } from '../../store/names/edit-distance.ts';

/** A question that cannot be asked as it stands: an unknown name, a range that is none. Exit code 2. */
export class QueryError extends Error {
  readonly hint: string | undefined;
  /** Names that may have been meant, the nearest first. */
  readonly suggestions: readonly string[];

  constructor(
    message: string,
    more: { readonly hint?: string; readonly suggestions?: readonly string[] } = {},
  ) {
    super(message);
    this.name = 'QueryError';
    this.hint = more.hint;
    this.suggestions = more.suggestions ?? [];
  }
}

/** Gives the names nearest to a mistyped one (edit distance, and no more than half of it mistyped), at most three. */
export function nearest(wanted: string, names: Iterable<string>): readonly string[] {
  return [...new Set(names)]
    .map((name) => ({ name, far: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(2, Math.floor(name.length / 3)) && far * 2 <= name.length)
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}
