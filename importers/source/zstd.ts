import { Decompress } from 'fzstd';

/** A frame asks for more memory than a reader should give it. */
export class WindowTooLarge extends Error {}

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
/**
 * The library moves its whole window along with each block, so that a large one takes both memory and time. `zstd -19`
 * needs 8 MiB, and the format's own document wants readers to take that (RFC 8878, 3.1.1.1.2).
 */
const MAX_WINDOW = 32 * 1024 * 1024;
/** The block that repeats one byte. */
const RUN = 1;
/** What no encoder writes. */
const RESERVED = 3;

interface Frame {
  readonly header: Uint8Array;
  readonly checksumBytes: number;
}

/**
 * Decompresses zstd, frame after frame and block after block: a few bytes can stand for 128 KiB, and none of that is held
 * longer than one block.
 *
 * @throws WindowTooLarge, and Error where the data is damaged or ends early
 */
export async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Pieces(source);
  try {
    for (let magic = await input.next(4); magic !== null; magic = await input.next(4)) {
      const frame = await frameOf(view(magic).getUint32(0, true), magic, input);
      if (frame !== null) yield* blocksOf(frame, input);
    }
  } finally {
    await input.close();
  }
}

/** Reads the header of a frame; null for one that only carries what somebody else understands. */
async function frameOf(magic: number, bytes: Uint8Array, input: Pieces): Promise<Frame | null> {
  if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
    await input.skip(view(await input.need(4)).getUint32(0, true));
    return null;
  }
  if (magic !== MAGIC) throw new Error('no frame begins here');
  const descriptor = await input.need(1);
  const flags = descriptor[0]!;
  const isSingle = (flags & 0x20) !== 0;
  const idBytes = [0, 1, 2, 4][flags & 3]!;
  const sizeBytes = flags >> 6 === 0 ? Number(isSingle) : 1 << (flags >> 6);
  const rest = await input.need(Number(!isSingle) + idBytes + sizeBytes);
  const window = isSingle ? contentSize(rest.subarray(idBytes)) : windowSize(rest[0]!);
  if (window > MAX_WINDOW)
    throw new WindowTooLarge(
      `zstd data that needs ${window} bytes at once (at most ${MAX_WINDOW}); unpack it first`,
    );
  return { header: Buffer.concat([bytes, descriptor, rest]), checksumBytes: flags & 4 };
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(bytes: Uint8Array): number {
  let size = 0;
  for (const byte of bytes.toReversed()) size = size * 256 + byte;
  return bytes.length === 2 ? size + 256 : size;
}

async function* blocksOf(frame: Frame, input: Pieces): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  // The library uses its window again.
  const stream = new Decompress((chunk) => ready.push(chunk.slice()));
  stream.push(frame.header);
  for (let isLast = false; !isLast;) {
    const head = await input.need(3);
    const bits = head[0]! | (head[1]! << 8) | (head[2]! << 16);
    isLast = (bits & 1) === 1;
    const type = (bits >> 1) & 3;
    if (type === RESERVED) throw new Error('a block of a kind that does not exist');
    stream.push(Buffer.concat([head, await input.need(type === RUN ? 1 : bits >> 3)]));
    yield* ready.splice(0);
  }
  stream.push(await input.need(frame.checksumBytes), true);
  yield* ready.splice(0);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Bytes in pieces of the length that is asked for. */
class Pieces {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private held: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** Gives the next bytes; null where nothing follows. */
  async next(length: number): Promise<Uint8Array | null> {
    const parts: Uint8Array[] = [];
    let missing = length;
    while (missing > 0) {
      if (this.held.length === 0 && !(await this.more())) break;
      const part = this.held.subarray(0, missing);
      this.held = this.held.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    if (missing === length && length > 0) return null;
    if (missing > 0) throw new Error('unexpected end of file');
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  async need(length: number): Promise<Uint8Array> {
    const bytes = await this.next(length);
    if (bytes === null) throw new Error('unexpected end of file');
    return bytes;
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; left -= Math.min(left, 65_536)) await this.need(Math.min(left, 65_536));
  }

  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  private async more(): Promise<boolean> {
    const chunk = await this.chunks.next();
    // A source may use its buffer again.
    this.held = chunk.done === true ? new Uint8Array(0) : chunk.value.slice();
    return chunk.done !== true;
  }
}
