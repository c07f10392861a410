import { BACKSLASH, QUOTE } from '../source/characters.ts';

/**
 * Where a string of JSON ends: the index behind its closing quote, or the length of the text where it has none. Sign by sign: a
 * pattern remembers each of them, and a log of twenty megabytes in a string would be too many.
 *
 * @param open the index of its opening quote
 */
export function endOfString(json: string, open: number): number {
  for (let at = open + 1; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at++;
  }
  return json.length;
}
