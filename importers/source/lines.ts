import type { Line } from '../importer.ts';

/** A line longer than this is cut: logs hold no such line unless they are damaged, and memory is bounded. */
export const MAX_LINE_BYTES = 1024 * 1024;

const LF = 10;
const CR = 13;

/**
 * Splits bytes into lines in bounded memory. Numbers count line feeds, as `grep -n` and `sed -n` do, so that a number
 * in a report is found again. A serial console ends lines in CR CR LF and overwrites a line after a lone CR: the pieces
 * around a lone CR come as lines of their own that share one number.
 */
export function splitLines(bytes: AsyncIterable<Uint8Array>): AsyncIterableIterator<Line> {
  const pages = pagesOf(bytes);
  let page: readonly Line[] = [];
  let at = 0;
  // An async generator that yields every line costs four times as much as handing them out of a page.
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
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Gives the lines that end in each chunk. */
async function* pagesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Line[], undefined> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let start = 0;
  let position = 0;
  let number = 1;
  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: Line[] = [];
    let from = 0;
    for (let end = buffer.indexOf(LF); end !== -1; end = buffer.indexOf(LF, from)) {
      const piece = buffer.subarray(from, end);
      if (heldBytes === 0) addPieces(lines, piece, number, start);
      else {
        held.push(piece.subarray(0, Math.max(0, MAX_LINE_BYTES - heldBytes)));
        addPieces(lines, Buffer.concat(held), number, start);
        held = [];
        heldBytes = 0;
      }
      from = end + 1;
      number++;
      start = position + from;
    }
    const rest = buffer.subarray(from, from + Math.max(0, MAX_LINE_BYTES - heldBytes));
    // The source may use its buffer again for the next chunk.
    if (rest.length > 0) held.push(Buffer.from(rest));
    heldBytes += buffer.length - from;
    position += buffer.length;
    yield lines;
  }
  const last: Line[] = [];
  if (heldBytes > 0) addPieces(last, Buffer.concat(held), number, start);
  yield last;
  return undefined;
}

function addPieces(lines: Line[], raw: Buffer, number: number, offset: number): void {
  let end = Math.min(raw.length, MAX_LINE_BYTES);
  while (end > 0 && raw[end - 1] === CR) end--;
  const bytes = end < raw.length ? raw.subarray(0, end) : raw;
  if (!bytes.includes(CR)) {
    lines.push({ number, offset, text: textOf(bytes, offset) });
    return;
  }
  let from = 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(CR, from);
    const stop = found === -1 ? bytes.length : found;
    if (stop > from)
      lines.push({ number, offset: offset + from, text: textOf(bytes.subarray(from, stop), offset + from) });
    from = stop + 1;
  }
}

function textOf(bytes: Buffer, offset: number): string {
  const text = bytes.toString('utf8');
  return offset === 0 && text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** Counts lines that are too long, without holding them. */
export class LongLines {
  /** Numbers of the first such lines. */
  readonly numbers: number[] = [];
  count = 0;
  private number = 1;
  private length = 0;

  add(bytes: Buffer): void {
    let from = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, from)) {
      this.length += end - from;
      this.endLine();
      from = end + 1;
    }
    this.length += bytes.length - from;
  }

  endLine(): void {
    if (this.length > MAX_LINE_BYTES) {
      this.count++;
      if (this.numbers.length < 10) this.numbers.push(this.number);
    }
    this.length = 0;
    this.number++;
  }
}
