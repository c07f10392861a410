/** Writes a part of a sentence that is left out where there is nothing to say: `optional(' on ', arch)` is ` on arm64`, or nothing. */
export function optional(before: string, text: string | number | null | undefined, after = ''): string {
  return text === null || text === undefined ? '' : `${before}${text}${after}`;
}
