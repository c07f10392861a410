import { InputError } from '../../store/errors.ts';
import type { SourceEntry } from '../importer.ts';
import { asBuffer } from '../source/as-buffer.ts';

/** The longest value that is held at once. */
const MOST_BYTES = 500_000_000;

/** A piece of an object of JSON: a member that is no list, the beginning of one that is, or an item of that list. */
export type JsonPiece =
  | { readonly kind: 'value'; readonly name: string; readonly value: unknown }
  | { readonly kind: 'list'; readonly name: string }
  | { readonly kind: 'item'; readonly name: string; readonly index: number; readonly value: unknown };

/**
 * Reads a file that is one object of JSON, piece by piece, in the memory that the largest piece takes. Where pieces end is
 * told from brackets and quotes alone, and what they say by `JSON.parse`: together 1.2 times what `JSON.parse` takes for a
 * file that it can hold. @streamparser/json, which hands out pieces by itself, takes 3.6 times as long.
 *
 * Pages hold the pieces that end in one chunk of the file.
 *
 * @throws InputError with the line where it is no JSON, or no object.
 */
export async function* jsonPieces(entry: SourceEntry): AsyncGenerator<readonly JsonPiece[], undefined> {
  const cutter = new PieceCutter();
  try {
    for await (const chunk of entry.bytes()) {
      const pieces = cutter.add(asBuffer(chunk));
      if (pieces.length > 0) yield pieces;
    }
    cutter.end();
  } catch (error) {
    if (!(error instanceof NoJson)) throw error;
    const line = await lineAt(entry.bytes(), error.offset);
    throw new InputError([
      { severity: 'error', message: `no JSON: ${error.message}`, place: { file: entry.name, line } },
    ]);
  }
  return undefined;
}

/** The number of the line, from 1, that holds the byte at an offset. */
async function lineAt(bytes: AsyncIterable<Uint8Array>, offset: number): Promise<number> {
  let line = 1;
  let left = offset;
  for await (const chunk of bytes) {
    for (const code of chunk.subarray(0, left)) if (code === 0x0a) line++;
    left -= chunk.length;
    if (left <= 0) break;
  }
  return line;
}

/** What is no JSON, and where in the bytes. */
class NoJson extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** What may come next between pieces. */
type Awaited =
  | 'object'
  | 'name or end'
  | 'name'
  | 'colon'
  | 'value'
  | 'item or end'
  | 'item'
  | 'comma of object'
  | 'comma of list'
  | 'nothing';

const IN_WORDS: Readonly<Record<Awaited, string>> = {
  object: 'an object',
  'name or end': 'a name or }',
  name: 'a name',
  colon: 'a colon',
  value: 'a value',
  'item or end': 'an item or ]',
  item: 'an item',
  'comma of object': 'a comma or }',
  'comma of list': 'a comma or ]',
  nothing: 'nothing more',
};

class PieceCutter {
  private awaited: Awaited = 'object';
  private name = '';
  private index = 0;
  /** The value that is open, if one is: a name, a value of the object, or an item. */
  private open: OpenValue | null = null;
  /** The offset of the chunk in the file. */
  private base = 0;
  private pieces: JsonPiece[] = [];

  /** Takes a chunk, and gives the pieces that end in it. */
  add(chunk: Buffer): readonly JsonPiece[] {
    this.pieces = [];
    let at = this.base === 0 && chunk.length >= 3 && chunk.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0;
    while (at < chunk.length) {
      const open = this.open ?? this.between(chunk[at]!, this.base + at);
      // A value begins with the byte that was just looked at.
      if (open === null) at++;
      else {
        at = open.add(chunk, at);
        if (open.isWhole) this.close(open);
        else this.open = open;
      }
    }
    this.base += chunk.length;
    return this.pieces;
  }

  /** @throws NoJson when something is missing. */
  end(): void {
    if (this.awaited !== 'nothing' || this.open !== null)
      throw new NoJson(
        this.open === null ? `it ends where ${IN_WORDS[this.awaited]} is expected` : 'it ends within a value',
        this.base,
      );
  }

  /** Takes a byte between values; gives the value that begins with it, if one does. */
  private between(code: number, offset: number): OpenValue | null {
    if (isSpace(code)) return null;
    const next = this.after(code);
    if (next === null) throw new NoJson(`${IN_WORDS[this.awaited]} is expected`, offset);
    if (next === 'open') return new OpenValue(offset, code);
    this.awaited = next;
    return null;
  }

  /** What is awaited after a byte between pieces; `open` where a value begins with it, null where it may not stand. */
  private after(code: number): Awaited | 'open' | null {
    switch (this.awaited) {
      case 'object':
        return code === OPEN_OBJECT ? 'name or end' : null;
      case 'name or end':
        if (code === CLOSE_OBJECT) return 'nothing';
        return code === QUOTE ? 'open' : null;
      case 'name':
        return code === QUOTE ? 'open' : null;
      case 'colon':
        return code === COLON ? 'value' : null;
      case 'value':
        if (code !== OPEN_LIST) return begins(code) ? 'open' : null;
        this.pieces.push({ kind: 'list', name: this.name });
        this.index = 0;
        return 'item or end';
      case 'item or end':
        if (code === CLOSE_LIST) return 'comma of object';
        return begins(code) ? 'open' : null;
      case 'item':
        return begins(code) ? 'open' : null;
      case 'comma of object':
        if (code === CLOSE_OBJECT) return 'nothing';
        return code === COMMA ? 'name' : null;
      case 'comma of list':
        if (code === CLOSE_LIST) return 'comma of object';
        return code === COMMA ? 'item' : null;
      case 'nothing':
        return null;
    }
  }

  private close(whole: OpenValue): void {
    this.open = null;
    const value = whole.parsed();
    switch (this.awaited) {
      case 'name or end':
      case 'name':
        this.name = value as string;
        this.awaited = 'colon';
        return;
      case 'value':
        this.pieces.push({ kind: 'value', name: this.name, value });
        this.awaited = 'comma of object';
        return;
      default:
        this.pieces.push({ kind: 'item', name: this.name, index: this.index++, value });
        this.awaited = 'comma of list';
    }
  }
}

/** Whether a value may begin with a byte; whether it is one is for `JSON.parse` to say. */
function begins(code: number): boolean {
  return code !== COMMA && code !== COLON && code !== CLOSE_LIST && code !== CLOSE_OBJECT;
}

/** A value whose end is looked for. */
class OpenValue {
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
    this.isScalar = first !== QUOTE && first !== OPEN_OBJECT && first !== OPEN_LIST;
  }

  /** Takes the bytes of a chunk from an index on, as far as it goes; gives the index behind it. */
  add(chunk: Buffer, from: number): number {
    const to = this.isScalar ? this.endOfScalar(chunk, from) : this.endOfBrackets(chunk, from);
    this.parts.push(chunk.subarray(from, to));
    this.size += to - from;
    if (this.size > MOST_BYTES)
      throw new NoJson(`a value of more than ${MOST_BYTES} bytes is not read`, this.offset);
    return to;
  }

  /** @throws NoJson when it is none. */
  parsed(): unknown {
    const text = (this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts)).toString('utf8');
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      const says = error instanceof Error ? error.message : String(error);
      const at = /position (\d+)/.exec(says);
      const before = at === null ? text : text.slice(0, Number(at[1]));
      throw new NoJson(
        says.replace(/ (?:in JSON )?at position .*/, ''),
        this.offset + Buffer.byteLength(before),
      );
    }
  }

  private endOfScalar(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const code = chunk[at]!;
      if (isSpace(code) || code === COMMA || code === CLOSE_LIST || code === CLOSE_OBJECT) {
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
        else if (code === OPEN_OBJECT || code === OPEN_LIST) this.depth++;
        else if (code === CLOSE_OBJECT || code === CLOSE_LIST) this.depth--;
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
