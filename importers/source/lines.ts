import { isAscii } from 'node:buffer';
import type { Line, Lines } from '../importer.ts';
import { holdsControls } from './controls.ts';
import { asBuffer } from './as-buffer.ts';
import { CR, LF } from './characters.ts';

/** A line longer than this is cut: logs hold no such line unless they are damaged, and memory is bounded. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** About so many bytes of lines are handed on at once: more outlives the first collection of garbage, and costs twice. */
const PAGE_BYTES = 65_536;
/** So many bytes of lines of plain text are decoded together; who keeps the text of one keeps no more than that. */
const BLOCK_BYTES = 4096;
const CONTROLS = /[\u0000-\u0008\u000A-\u001F\u007F]/;

/**
 * Splits bytes into lines in bounded memory. Numbers count line feeds, as `grep -n` and `sed -n` do, so that a number
 * in a report is found again. A serial console ends lines in CR CR LF and overwrites a line after a lone CR: the pieces
 * around a lone CR come as lines of their own that share one number.
 */
export function splitLines(bytes: AsyncIterable<Uint8Array>): Lines {
  return {
    pages: () => pagesOf(bytes, true),
    [Symbol.asyncIterator]: () => oneByOne(pagesOf(bytes, false)),
  };
}

/** An async generator that yields every line costs four times as much as handing them out of a page. */
function oneByOne(pages: AsyncGenerator<readonly Line[], undefined>): AsyncIterator<Line, undefined> {
  let page: readonly Line[] = [];
  let at = 0;
  const nextPage = async (): Promise<IteratorResult<Line, undefined>> => {
    do {
      const next = await pages.next();
      if (next.done === true) return { done: true, value: undefined };
      page = next.value;
      at = 0;
    } while (page.length === 0);
    return { done: false, value: page[at++]! };
  };
  return {
    next: () => (at < page.length ? Promise.resolve({ done: false, value: page[at++]! }) : nextPage()),
    async return() {
      page = [];
      await pages.return(undefined);
      return { done: true, value: undefined };
    },
  };
}

/** Gives the lines of each chunk, in pages that are short enough to be young when they are done with. */
async function* pagesOf(
  bytes: AsyncIterable<Uint8Array>,
  inBlocks: boolean,
): AsyncGenerator<readonly Line[], undefined> {
  const splitter = new LineSplitter(inBlocks);
  for await (const chunk of bytes) yield* splitter.add(asBuffer(chunk));
  yield splitter.end();
  return undefined;
}

class LineSplitter {
  private readonly inBlocks: boolean;
  /** What the chunks so far have of the line that is open. */
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** Offset of the chunk that comes next, and of the line that is open. */
  private position = 0;
  private start = 0;
  private number = 1;

  /** `inBlocks`: texts may be pieces of a longer one, which takes half of the time. */
  constructor(inBlocks: boolean) {
    this.inBlocks = inBlocks;
  }

  /** Gives the lines that end in this chunk, in pages. */
  *add(chunk: Buffer): Generator<readonly Line[], undefined> {
    const end = chunk.lastIndexOf(LF) + 1;
    let from = 0;
    // A line that earlier chunks began.
    if (end > 0 && this.heldBytes > 0) {
      from = chunk.indexOf(LF) + 1;
      yield this.endOpenLine(chunk.subarray(0, from - 1));
      this.start = this.position + from;
    }
    while (from < end) {
      const to = endOfLines(chunk, from, end, PAGE_BYTES);
      yield this.page(chunk.subarray(from, to));
      from = to;
    }
    // The source may use its buffer again for the next chunk.
    if (from < chunk.length) this.hold(Buffer.from(chunk.subarray(from)));
    this.position += chunk.length;
    return undefined;
  }

  /** Gives the last line, where no line feed ends it. */
  end(): readonly Line[] {
    return this.heldBytes > 0 ? this.endOpenLine(Buffer.alloc(0)) : [];
  }

  private endOpenLine(rest: Buffer): readonly Line[] {
    const lines: Line[] = [];
    addPieces(lines, this.whole(rest), this.number++, this.start);
    return lines;
  }

  /** Splits whole lines. */
  private page(bytes: Buffer): readonly Line[] {
    const lines: Line[] = [];
    const encoding = isAscii(bytes) ? 'latin1' : 'utf8';
    // The usual page has nothing but text, which one look at all of it tells; others are looked at line by line.
    const isText = !holdsControls(bytes);
    if (this.inBlocks && isText && encoding === 'latin1') {
      this.addBlocks(lines, bytes);
      return lines;
    }
    let from = 0;
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, from)) {
      const offset = this.start + from;
      if (at - from > MAX_LINE_BYTES)
        addPieces(lines, bytes.subarray(from, from + MAX_LINE_BYTES), this.number, offset);
      else if (isText)
        lines.push({
          number: this.number,
          offset,
          text: bytes.toString(encoding, from, at),
          controls: false,
        });
      else {
        const text = withoutEnd(bytes.toString(encoding, from, at));
        if (text.includes('\r')) addPieces(lines, bytes.subarray(from, at), this.number, offset);
        else lines.push({ number: this.number, offset, text, controls: CONTROLS.test(text) });
      }
      from = at + 1;
      this.number++;
    }
    this.start += from;
    return lines;
  }

  /** Splits whole lines of ASCII without controls: many are decoded at once, and cut out of that. */
  private addBlocks(lines: Line[], bytes: Buffer): void {
    for (let from = 0; from < bytes.length;) {
      const to = endOfLines(bytes, from, bytes.length, BLOCK_BYTES);
      const block = bytes.toString('latin1', from, Math.min(to, from + MAX_LINE_BYTES));
      let begin = 0;
      for (let at = block.indexOf('\n'); at !== -1; at = block.indexOf('\n', begin)) {
        lines.push({
          number: this.number++,
          offset: this.start + begin,
          text: block.slice(begin, at),
          controls: false,
        });
        begin = at + 1;
      }
      // What is left is a line that is too long.
      if (begin < block.length)
        lines.push({ number: this.number++, offset: this.start, text: block, controls: false });
      this.start += to - from;
      from = to;
    }
  }

  /** Keeps a piece of a line; what is beyond the longest line is only counted. */
  private hold(piece: Buffer): void {
    const room = MAX_LINE_BYTES - this.heldBytes;
    if (room > 0) this.held.push(piece.subarray(0, room));
    this.heldBytes += piece.length;
  }

  private whole(piece: Buffer): Buffer {
    if (this.heldBytes === 0) return piece.subarray(0, MAX_LINE_BYTES);
    this.hold(piece);
    const line = Buffer.concat(this.held);
    this.held = [];
    this.heldBytes = 0;
    return line;
  }
}

/** Where so many bytes of whole lines end that begin here, or one line if it is longer; `end` is behind the last line feed. */
function endOfLines(chunk: Buffer, from: number, end: number, most: number): number {
  if (end - from <= most) return end;
  const last = chunk.lastIndexOf(LF, from + most);
  return (last >= from ? last : chunk.indexOf(LF, from)) + 1;
}

/** Takes the carriage returns off the end of a line. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === CR) end--;
  return end === text.length ? text : text.slice(0, end);
}

function addPieces(lines: Line[], raw: Buffer, number: number, offset: number): void {
  let end = raw.length;
  while (end > 0 && raw[end - 1] === CR) end--;
  const bytes = raw.subarray(0, end);
  if (!bytes.includes(CR)) {
    lines.push(lineOf(bytes, number, offset));
    return;
  }
  let from = 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(CR, from);
    const stop = found === -1 ? bytes.length : found;
    if (stop > from) lines.push(lineOf(bytes.subarray(from, stop), number, offset + from));
    from = stop + 1;
  }
}

function lineOf(bytes: Buffer, number: number, offset: number): Line {
  const text = bytes.toString('utf8');
  return { number, offset, text, controls: CONTROLS.test(text) };
}

/** Finds lines that are too long, without holding them. */
export class LongLines {
  /** Where the first such lines begin. */
  readonly offsets: number[] = [];
  count = 0;
  private start = 0;
  private position = 0;

  add(bytes: Buffer): void {
    const first = bytes.indexOf(LF);
    if (first === -1) {
      this.position += bytes.length;
      return;
    }
    this.endLine(first);
    // No line inside a shorter chunk can be too long.
    if (bytes.length > MAX_LINE_BYTES)
      for (let end = bytes.indexOf(LF, first + 1); end !== -1; end = bytes.indexOf(LF, end + 1))
        this.endLine(end);
    this.start = this.position + bytes.lastIndexOf(LF) + 1;
    this.position += bytes.length;
  }

  /** Ends the line that is open, at a place in the chunk to come. */
  endLine(at = 0): void {
    const end = this.position + at;
    if (end - this.start > MAX_LINE_BYTES) {
      this.count++;
      if (this.offsets.length < 10) this.offsets.push(this.start);
    }
    this.start = end + 1;
  }
}

/** Gives the numbers of the lines that begin at these offsets, which ascend. */
export async function lineNumbers(
  bytes: AsyncIterable<Uint8Array>,
  offsets: readonly number[],
): Promise<readonly number[]> {
  const numbers: number[] = [];
  let position = 0;
  let number = 1;
  for await (const chunk of bytes) {
    const buffer = asBuffer(chunk);
    let from = 0;
    for (;;) {
      const next = offsets[numbers.length];
      if (next === undefined) return numbers;
      if (next <= position + from) {
        numbers.push(number);
        continue;
      }
      const end = buffer.indexOf(LF, from);
      if (end === -1) break;
      from = end + 1;
      number++;
    }
    position += buffer.length;
  }
  return numbers;
}
