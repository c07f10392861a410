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

/** Gives the names nearest to a mistyped one (edit distance), at most three. */
export function nearest(wanted: string, names: Iterable<string>): readonly string[] {
  return [...new Set(names)]
    .map((name) => ({ name, far: distance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
