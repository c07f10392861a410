import { endOfString } from './json-string.ts';

/**
 * Far more than real files hold. A value takes some 100 bytes in memory and more when it is told as a reject, be it written in two: a file
 * of half a gigabyte could end the process.
 */
export const MOST_VALUES = 2_000_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;

/** Tells JSON with more values than are held at once, by the commas and brackets outside its strings. */
export function holdsTooManyValues(text: string, most = MOST_VALUES): boolean {
  if (text.length <= most) return false;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === OPEN_LIST || code === OPEN_OBJECT) {
      if (++count > most) return true;
    } else if (code === QUOTE) at = endOfString(text, at) - 1;
  }
  return false;
}
