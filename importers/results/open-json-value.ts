import {
  BACKSLASH,
  BLANK,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  CR,
  LF,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  TAB,
} from '../source/characters.ts';
import { offsetOfJsonError } from './json-error.ts';
import { MOST_HELD_BYTES } from './limits.ts';
import { holdsTooManyValues, MOST_VALUES } from './json-values.ts';

/** Whether a byte is white space between the parts of JSON (RFC 8259, section 2). */
export const isSpace = (code: number): boolean =>
  code === BLANK || code === LF || code === CR || code === TAB;

/** What is no JSON, and where in the bytes. */
export class NoJson extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Whether a value may begin with a byte; whether it is one is for `JSON.parse` to say. */
export function begins(code: number): boolean {
  return code !== COMMA && code !== COLON && code !== CLOSE_BRACKET && code !== CLOSE_BRACE;
}

/** A value whose end is looked for. */
export class OpenValue {
  isWhole = false;
  private readonly offset: number;
  private readonly isScalar: boolean;
  private parts: Buffer[] = [];
  private size = 0;
  private depth = 0;
  private inString = false;
  /** The last byte of the chunk before was a backslash in a string. */
  private escaped = false;

  constructor(offset: number, first: number) {
    this.offset = offset;
    this.isScalar = first !== QUOTE && first !== OPEN_BRACE && first !== OPEN_BRACKET;
  }

  /** Takes the bytes of a chunk from an index on, as far as it goes; gives the index behind it. */
  add(chunk: Buffer, from: number): number {
    const to = this.isScalar ? this.endOfScalar(chunk, from) : this.endOfBrackets(chunk, from);
    this.parts.push(chunk.subarray(from, to));
    this.size += to - from;
    if (this.size > MOST_HELD_BYTES)
      throw new NoJson(`a value of more than ${MOST_HELD_BYTES} bytes is not read`, this.offset);
    return to;
  }

  /** Its first characters, of one that is not whole. */
  begins(count: number): string {
    return Buffer.concat(this.parts)
      .toString('utf8', 0, Math.min(this.size, 4 * count))
      .slice(0, count);
  }

  /** @throws NoJson when it is none. */
  parsed(): unknown {
    const text = (this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts)).toString('utf8');
    if (holdsTooManyValues(text))
      throw new NoJson(`a value that holds more than ${MOST_VALUES} values is not read`, this.offset);
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      const says = error instanceof Error ? error.message : String(error);
      const before = text.slice(0, offsetOfJsonError(text, says));
      throw new NoJson(
        says.replace(/ (?:in JSON )?at position .*/, ''),
        this.offset + Buffer.byteLength(before),
      );
    }
  }

  private endOfScalar(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const code = chunk[at]!;
      if (isSpace(code) || code === COMMA || code === CLOSE_BRACKET || code === CLOSE_BRACE) {
        this.isWhole = true;
        return at;
      }
    }
    return chunk.length;
  }

  private endOfBrackets(chunk: Buffer, from: number): number {
    let at = from;
    const { length } = chunk;
    while (at < length) {
      if (this.inString) {
        const end = this.endOfString(chunk, at);
        if (end === null) return length;
        at = end;
      } else {
        const code = chunk[at++]!;
        if (code === QUOTE) this.inString = true;
        else if (code === OPEN_BRACE || code === OPEN_BRACKET) this.depth++;
        else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) this.depth--;
        else continue;
      }
      if (this.depth === 0 && !this.inString) {
        this.isWhole = true;
        return at;
      }
    }
    return length;
  }

  /** Finds the end of the string that is open; gives the index behind its quote, null where it is in none of this chunk. */
  private endOfString(chunk: Buffer, from: number): number | null {
    let at = from;
    if (this.escaped) at++;
    this.escaped = false;
    while (at < chunk.length) {
      const code = chunk[at]!;
      if (code === QUOTE) {
        this.inString = false;
        return at + 1;
      }
      at += code === BACKSLASH ? 2 : 1;
    }
    this.escaped = at > chunk.length;
    return null;
  }
}
