/** Half of a character that UTF-16 writes in two: `"\ud800"` in JSON, or a text that was cut in its middle. UTF-8 has no such thing. */
export const HALF = /\p{Surrogate}/u;
const HALVES = /\p{Surrogate}/gu;

/** Gives a text as a database keeps it: U+FFFD for each half of a character. */
export function withoutHalves(text: string): string {
  return HALF.test(text) ? text.replace(HALVES, '\uFFFD') : text;
}
