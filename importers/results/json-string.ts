import { BACKSLASH } from '../source/characters.ts';

/**
 * Where a string of JSON ends: the index behind its closing quote, or the length of the text where it has none. From quote to quote,
 * for strings hold logs: a pattern would remember each character of twenty megabytes, and a loop over them takes as long as parsing.
 *
 * @param open the index of its opening quote
 */
export function endOfString(json: string, open: number): number {
  for (let quote = json.indexOf('"', open + 1); quote !== -1; quote = json.indexOf('"', quote + 1)) {
    // An odd number of backslashes before it makes it part of the string.
    let before = quote;
    while (before - 1 > open && json.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((quote - before) % 2 === 0) return quote + 1;
  }
  return json.length;
}
