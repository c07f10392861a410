/** What a clone says of the candidates beside their place in history. */
export interface CloneHints {
  /** The paths that a candidate changes; merges, and what was not read, are not in it. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
  /** What commits that no bad end contains say of earlier ones. Full hashes. */
  readonly mentions: readonly {
    readonly named: string;
    readonly by: string;
    readonly kind: 'fixes' | 'reverts';
  }[];
  /** What was not read, because it would take too long, in words. */
  readonly leftOut: readonly string[];
}

export const NO_HINTS: CloneHints = { paths: new Map(), mentions: [], leftOut: [] };
