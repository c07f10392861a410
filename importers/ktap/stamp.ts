import type { Line } from '../importer.ts';

const SPACE = 32;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const LESS = 60;
const GREATER = 62;
const CAPITAL_C = 67;
const CAPITAL_T = 84;
const OPEN = 91;
const CLOSE = 93;

/**
 * Where the text of a line begins behind what printk puts before it: `<6>`, `[   12.345678]`, a caller `[T123]` or `[C1]`,
 * and one blank; the rest is indentation. 0 where there is no time stamp. Nearly every line of a console is asked: a
 * pattern takes four times as long.
 */
export function stampEnd(text: string): number {
  const at = levelEnd(text);
  if (text.charCodeAt(at) !== OPEN) return 0;
  const seconds = blanksEnd(text, at + 1);
  const point = digitsEnd(text, seconds);
  if (point === seconds || text.charCodeAt(point) !== POINT) return 0;
  const close = digitsEnd(text, point + 1);
  const digits = close - point - 1;
  if (digits < 3 || digits > 9 || text.charCodeAt(close) !== CLOSE) return 0;
  const end = callerEnd(text, close + 1);
  return text.charCodeAt(end) === SPACE ? end + 1 : end;
}

/** The same for a line that was read; 0 also where control characters are in it, for they may hide what stands first. */
export function stampOf({ text, controls }: Line): number {
  return controls ? 0 : stampEnd(text);
}

function levelEnd(text: string): number {
  if (text.charCodeAt(0) !== LESS) return 0;
  const end = digitsEnd(text, 1);
  return end > 1 && end < 5 && text.charCodeAt(end) === GREATER ? end + 1 : 0;
}

function callerEnd(text: string, at: number): number {
  const open = text.charCodeAt(at) === SPACE ? at + 1 : at;
  if (text.charCodeAt(open) !== OPEN) return at;
  const kind = blanksEnd(text, open + 1);
  const letter = text.charCodeAt(kind);
  if (letter !== CAPITAL_T && letter !== CAPITAL_C) return at;
  const close = digitsEnd(text, kind + 1);
  return close > kind + 1 && text.charCodeAt(close) === CLOSE ? close + 1 : at;
}

function blanksEnd(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at++;
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
