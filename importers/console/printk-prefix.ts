import type { Line } from '../importer.ts';
import {
  BLANK,
  CAPITAL_C,
  CAPITAL_T,
  CLOSE_BRACKET,
  GREATER,
  LESS,
  NINE,
  OPEN_BRACKET,
  POINT,
  ZERO,
} from '../source/characters.ts';

/**
 * The offset of the text of a line after the prefix of printk: `<6>`, `[   12.345678]`, a caller `[T123]` or `[C1]`, and one blank;
 * further blanks are indentation. 0 where there is no time stamp. This is called for nearly every line of a console: a regular
 * expression takes four times as long.
 */
export function stampEnd(text: string): number {
  const at = levelEnd(text);
  if (text.charCodeAt(at) !== OPEN_BRACKET) return 0;
  const seconds = blanksEnd(text, at + 1);
  const point = digitsEnd(text, seconds);
  if (point === seconds || text.charCodeAt(point) !== POINT) return 0;
  const close = digitsEnd(text, point + 1);
  const digits = close - point - 1;
  if (digits < 3 || digits > 9 || text.charCodeAt(close) !== CLOSE_BRACKET) return 0;
  const end = callerEnd(text, close + 1);
  return text.charCodeAt(end) === BLANK ? end + 1 : end;
}

/** The same for a line of an input; 0 also where it has control characters, which may hide a prefix. */
export function stampOf({ text, controls }: Line): number {
  return controls ? 0 : stampEnd(text);
}

function levelEnd(text: string): number {
  if (text.charCodeAt(0) !== LESS) return 0;
  const end = digitsEnd(text, 1);
  return end > 1 && end < 5 && text.charCodeAt(end) === GREATER ? end + 1 : 0;
}

function callerEnd(text: string, at: number): number {
  const open = text.charCodeAt(at) === BLANK ? at + 1 : at;
  if (text.charCodeAt(open) !== OPEN_BRACKET) return at;
  const kind = blanksEnd(text, open + 1);
  const letter = text.charCodeAt(kind);
  if (letter !== CAPITAL_T && letter !== CAPITAL_C) return at;
  const close = digitsEnd(text, kind + 1);
  return close > kind + 1 && text.charCodeAt(close) === CLOSE_BRACKET ? close + 1 : at;
}

function blanksEnd(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === BLANK) at++;
  return at;
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

export function isDigit(letter: number): boolean {
  return letter >= ZERO && letter <= NINE;
}
