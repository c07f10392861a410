import type { Line, Lines } from '../importer.ts';

/** A line longer than this is cut: logs hold no such line unless they are damaged, and memory is bounded. */
export const MAX_LINE_BYTES = 1024 * 1024;

const TAB = 9;
const LF = 10;
const CR = 13;
const BLANK = 32;
const DELETE = 127;
const CONTROLS = /[\u0000-\u0008\u000A-\u001F\u007F]/;

/**
 * Splits bytes into lines in bounded memory. Numbers count line feeds, as `grep -n` and `sed -n` do, so that a number
 * in a report is found again. A serial console ends lines in CR CR LF and overwrites a line after a lone CR: the pieces
 * around a lone CR come as lines of their own that share one number.
 */
export function splitLines(bytes: AsyncIterable<Uint8Array>): Lines {
  return {
    pages: () => pagesOf(bytes),
    [Symbol.asyncIterator]: () => oneByOne(pagesOf(bytes)),
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

/** Gives the lines that end in each chunk. */
async function* pagesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Line[], undefined> {
  const splitter = new LineSplitter();
  for await (const chunk of bytes)
    yield splitter.add(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  yield splitter.end();
  return undefined;
}

class LineSplitter {
  /** What the chunks so far have of the line that is open. */
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** Offset of the chunk that comes next, and of the line that is open. */
  private position = 0;
  private start = 0;
  private number = 1;

  /** Gives the lines that end in this chunk. */
  add(buffer: Buffer): readonly Line[] {
    const lines: Line[] = [];
    let from = 0;
    let controls = false;
    let high = 0;
    // One look at every byte finds the line ends and what the usual line, plain ASCII, has none of.
    for (let at = 0; at < buffer.length; at++) {
      const byte = buffer[at]!;
      high |= byte;
      if (byte >= BLANK && byte !== DELETE) continue;
      if (byte !== LF) {
        controls ||= byte !== TAB;
        continue;
      }
      if (controls || this.heldBytes > 0 || this.start === 0 || at - from > MAX_LINE_BYTES)
        addPieces(lines, this.whole(buffer.subarray(from, at)), this.number, this.start);
      else {
        const text = buffer.toString(high < 128 ? 'latin1' : 'utf8', from, at);
        lines.push({ number: this.number, offset: this.start, text, controls });
      }
      from = at + 1;
      this.start = this.position + from;
      this.number++;
      controls = false;
      high = 0;
    }
    // The source may use its buffer again for the next chunk.
    if (from < buffer.length) this.hold(Buffer.from(buffer.subarray(from)));
    this.position += buffer.length;
    return lines;
  }

  /** Gives the last line, where no line feed ends it. */
  end(): readonly Line[] {
    const lines: Line[] = [];
    if (this.heldBytes > 0) addPieces(lines, this.whole(Buffer.alloc(0)), this.number, this.start);
    return lines;
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
  const decoded = bytes.toString('utf8');
  const text = offset === 0 && decoded.startsWith('\uFEFF') ? decoded.slice(1) : decoded;
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
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
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
