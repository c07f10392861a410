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
export async function* splitLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let start = 0;
  let position = 0;
  let number = 1;
  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let end = buffer.indexOf(LF); end !== -1; end = buffer.indexOf(LF, from)) {
      const piece = buffer.subarray(from, end);
      if (heldBytes === 0) yield* piecesOf(piece, number, start);
      else {
        held.push(piece.subarray(0, Math.max(0, MAX_LINE_BYTES - heldBytes)));
        yield* piecesOf(Buffer.concat(held), number, start);
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
  }
  if (heldBytes > 0) yield* piecesOf(Buffer.concat(held), number, start);
}

function* piecesOf(raw: Buffer, number: number, offset: number): Generator<Line> {
  let bytes = raw.length > MAX_LINE_BYTES ? raw.subarray(0, MAX_LINE_BYTES) : raw;
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === CR) end--;
  if (end < bytes.length) bytes = bytes.subarray(0, end);
  if (!bytes.includes(CR)) {
    yield { number, offset, text: textOf(bytes, offset) };
    return;
  }
  let from = 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(CR, from);
    const stop = found === -1 ? bytes.length : found;
    if (stop > from) {
      const text = textOf(bytes.subarray(from, stop), offset + from);
      yield { number, offset: offset + from, text };
    }
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
