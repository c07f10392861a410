import type { InputError } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from '../source/characters.ts';
import { endOfString } from './json-string.ts';
import { isSpace } from './open-json-value.ts';
import { rejected } from './result-run.ts';

/** Where JSON ends too early: a download that broke off. */
export interface Cut {
  /** The line in which it ends. */
  readonly line: number;
  /** How that begins which is left out. */
  readonly left: string;
  /** The refusal of it, where nothing is to be had of what came before. */
  readonly error: InputError;
}

/** What of it is whole. */
export interface ClosedJson extends Omit<Cut, 'error'> {
  /** With its brackets closed. */
  readonly text: string;
}

export const LONGEST_LEFT = 1000;

/** Keeps where a file of JSON was cut, and what is left out there. */
export function cutReject(
  entry: SourceEntry,
  format: string,
  hints: ImportHints,
  { line, left }: Cut,
): NewEvent {
  const reason = 'the file ends within its JSON: what was whole before that was read';
  return rejected(entry, format, hints, { key: 'cut', reason, excerpt: left, line });
}

/**
 * Closes a text that ends within JSON; null where it does not, or is wrong before that. Half an object is no object: lists and objects
 * that are nested less than `depth` keep what they hold whole, and anything deeper is left out with the one it belongs to.
 */
export function closedJson(text: string, depth: number): ClosedJson | null {
  /** The brackets that are open, by what closes them. */
  const open: number[] = [];
  let wholeAt = 0;
  let closers: readonly number[] = [];
  /** Whether the next value of an object is its name. */
  let isName = false;
  const ends = (at: number) => {
    if (open.length > depth) return;
    wholeAt = at;
    closers = [...open];
  };
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (end >= text.length && !isClosed(text, at)) break;
      at = end;
      if (!isName) ends(at);
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      open.push(code === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET);
      isName = code === OPEN_BRACE;
      ends(++at);
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (open.pop() !== code) return null;
      isName = false;
      ends(++at);
    } else if (code === COMMA || code === COLON) {
      isName = code === COMMA && open.at(-1) === CLOSE_BRACE;
      at++;
    } else if (isSpace(code)) at++;
    else {
      const end = endOfScalar(text, at);
      if (end < text.length) ends(end);
      else if (!beginsScalar(text.slice(at))) return null;
      at = end;
    }
  }
  if (open.length === 0 || closers.length === 0) return null;
  return {
    text: text.slice(0, wholeAt) + String.fromCharCode(...[...closers].reverse()),
    left: text.slice(wholeAt, wholeAt + LONGEST_LEFT).replace(/^[\s,]+/, ''),
    line: text.split('\n').length,
  };
}

/** Whether a string that goes to the end of a text has its closing quote. */
function isClosed(text: string, open: number): boolean {
  let at = text.length - 1;
  if (at === open || text.charCodeAt(at) !== QUOTE) return false;
  let escapes = 0;
  while (text.charCodeAt(--at) === BACKSLASH) escapes++;
  return escapes % 2 === 0;
}

/** What may be the beginning of a number, or of one of three words. */
function beginsScalar(text: string): boolean {
  return (
    ['true', 'false', 'null'].some((word) => word.startsWith(text)) ||
    /^-?\d*(?:\.\d*)?(?:e[+-]?\d*)?$/i.test(text)
  );
}

function endOfScalar(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isSpace(code) || code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET) break;
    at++;
  }
  return at;
}
