/** Statements that one of two worlds alone makes. */
export interface GoneAndNew {
  readonly gone: readonly string[];
  readonly new: readonly string[];
}

/** Holds what a world states against what another one does, each statement once. */
export function goneAndNew(before: readonly string[], after: readonly string[]): GoneAndNew {
  const [then, now] = [new Set(before), new Set(after)];
  return { gone: [...then].filter((x) => !now.has(x)), new: [...now].filter((x) => !then.has(x)) };
}
