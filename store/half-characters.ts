/** An unpaired surrogate of UTF-16, as in `"\ud800"` in JSON or a text that was cut in the middle of a character. UTF-8 cannot hold it. */
export const HALF = /\p{Surrogate}/u;
const HALVES = /\p{Surrogate}/gu;

/** Replaces unpaired surrogates by U+FFFD, as a database does. */
export function withoutHalves(text: string): string {
  return HALF.test(text) ? text.replace(HALVES, '\uFFFD') : text;
}
