import { COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../source/characters.ts';
import { endOfString } from './json-string.ts';

/**
 * Far more than real files hold. A value takes some 100 bytes in memory and more when it is told as a reject, be it written in two: a file
 * of half a gigabyte could end the process.
 */
export const MOST_VALUES = 2_000_000;

/** Tells JSON with more values than are held at once, by the commas and brackets outside its strings. */
export function holdsTooManyValues(text: string, most = MOST_VALUES): boolean {
  if (text.length <= most) return false;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === OPEN_BRACKET || code === OPEN_BRACE) {
      if (++count > most) return true;
    } else if (code === QUOTE) at = endOfString(text, at) - 1;
  }
  return false;
}
