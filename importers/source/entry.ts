import { createHash } from 'node:crypto';
import type { Diagnostic } from '../../store/errors.ts';
import type { SourceEntry, Open } from '../importer.ts';
import { Unreadable, type OnDamage } from './decompress.ts';
import { refusal } from './refusal.ts';
import { lineNumbers, LongLines, MAX_LINE_BYTES, splitLines } from './lines.ts';
import { asBuffer } from './as-buffer.ts';
import { unmarked } from './unmarked.ts';

const HEAD_BYTES = 65_536;

/** Reads the first bytes, at most `count`. */
export async function peek(open: Open, count: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of open()) {
    parts.push(copyOf(chunk, count - size));
    size += parts.at(-1)!.length;
    if (size >= count) break;
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/** The first bytes of a chunk, whose source may use its buffer again for the next. */
function copyOf(chunk: Uint8Array, most: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(Math.min(chunk.length, most));
  asBuffer(chunk).copy(copy);
  return copy;
}

/**
 * Makes an entry of plain bytes: one pass computes the digest, the head and the lines that are too long, so that nothing has to be
 * held for the passes that follow. The digest and the size are those of the bytes as they lie there, with their mark.
 */
export async function makeEntry(
  name: string,
  read: (onDamage: OnDamage) => AsyncIterable<Uint8Array>,
  before: readonly string[] = [],
): Promise<SourceEntry> {
  const digest = createHash('sha256');
  const heads: Buffer[] = [];
  const long = new LongLines();
  const messages = [...before];
  let headBytes = 0;
  let sizeBytes = 0;
  const measure = (chunk: Uint8Array) => {
    digest.update(chunk);
    sizeBytes += chunk.length;
  };
  const raw = read((message) => messages.push(message));
  for await (const chunk of unmarked(raw, measure)) {
    const buffer = asBuffer(chunk);
    if (headBytes < HEAD_BYTES) {
      heads.push(copyOf(buffer, HEAD_BYTES - headBytes));
      headBytes += heads.at(-1)!.length;
    }
    long.add(buffer);
  }
  long.endLine();
  const problems = messages.map((message): Diagnostic => ({
    severity: 'warning',
    message,
    place: { file: name },
  }));
  // The first pass has told the damage already.
  const bytes = () =>
    unmarked(
      again(
        name,
        read(() => undefined),
        sizeBytes,
      ),
    );
  const numbers = long.count === 0 ? [] : await lineNumbers(bytes(), long.offsets);
  const cutLines = numbers.map((line): Diagnostic => ({
    severity: 'warning',
    message: `line is longer than ${MAX_LINE_BYTES} bytes and is cut there`,
    place: { file: name, line },
  }));
  if (long.count > numbers.length)
    cutLines.push({
      severity: 'warning',
      message: `${long.count - numbers.length} more lines are cut at ${MAX_LINE_BYTES} bytes`,
      place: { file: name },
    });
  return {
    name,
    sizeBytes,
    sha256: digest.digest('hex'),
    head: withoutZeros(heads.length === 1 ? heads[0]! : Buffer.concat(heads)),
    problems,
    cutLines,
    bytes,
    lines: () => splitLines(bytes()),
  };
}

/** The first bytes without what says nothing of the format: the zeros of a block that was never written. */
function withoutZeros(head: Buffer): Buffer {
  if (head.length > 0 && head[0] !== 0) return head;
  const zeros = head.findIndex((byte) => byte !== 0);
  return head.subarray(zeros < 0 ? head.length : zeros);
}

/**
 * Gives the bytes another time. A log that grows meanwhile is read as far as it went: its digest covers no more.
 *
 * @throws InputError when the file is shorter now, or gone.
 */
async function* again(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Uint8Array> {
  let left = sizeBytes;
  try {
    for await (const chunk of bytes) {
      const part = chunk.length > left ? chunk.subarray(0, left) : chunk;
      left -= part.length;
      if (part.length > 0) yield part;
      if (left === 0) return;
    }
    if (left > 0) throw new Unreadable('it became shorter while it was being read');
  } catch (error) {
    throw refusal(name, error);
  }
}
