import { createGunzip } from 'node:zlib';
import xz from 'xz-decompress';
import type { Open } from '../importer.ts';
import { unzstd, WindowTooLarge } from './zstd.ts';

/** Told when bytes end early or are damaged; what was readable before is kept. */
export type OnDamage = (message: string) => void;

/** The decompressed bytes are more than the bound. */
export class TooLarge extends Error {}

/** An archive tells of more files than anybody packs. */
export class TooManyFiles extends TooLarge {}

/** The content cannot be read at all: a compression that is not supported. */
export class Unreadable extends Error {}

const MAGIC = [
  { kind: 'gzip', bytes: [0x1f, 0x8b] },
  { kind: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { kind: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
] as const;
export type Compression = (typeof MAGIC)[number]['kind'];

/** Tells a compression by its first bytes, never by a file's name. */
export function compressionOf(head: Uint8Array): Compression | null {
  return MAGIC.find((m) => m.bytes.every((byte, i) => head[i] === byte))?.kind ?? null;
}

/** Gives the bytes decompressed and bounded. Damage ends the bytes and is told; it is not thrown. */
export async function* decompress(
  open: Open,
  kind: 'gzip' | 'xz' | 'zstd',
  maxBytes: number,
  onDamage: OnDamage,
): AsyncGenerator<Uint8Array> {
  const streams = { gzip: gunzip, xz: unxz, zstd: (bytes: Open) => unzstd(bytes()) };
  let total = 0;
  try {
    for await (const chunk of streams[kind](open)) {
      total += chunk.length;
      if (total > maxBytes) throw new TooLarge(`more than ${maxBytes} bytes when decompressed`);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof TooLarge || isSystemError(error)) throw error;
    if (error instanceof WindowTooLarge) throw new Unreadable(error.message);
    const message = error instanceof Error ? error.message : String(error);
    const notRead = NOT_READ.get(/^get_next_output failed with error code (\d+)$/.exec(message)?.[1] ?? '');
    if (notRead !== undefined && total === 0) throw new Unreadable(notRead);
    onDamage(`${kind} data is damaged or cut off: ${message}`);
  }
}

/** An error of reading the file itself, as opposed to one in its content. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** So much is fed to gzip's decompressor at once. */
const PIECE_BYTES = 16_384;

/** Data that cannot be decompressed further. */
class Damaged extends Error {
  /** Where the piece begins that the decompressor broke at; null where the data ends too early. */
  readonly pieceAt: number | null;

  constructor(message: string, pieceAt: number | null) {
    super(message);
    this.pieceAt = pieceAt;
  }
}

/**
 * Of the piece that it breaks at the decompressor gives nothing, and a small file is one piece: it is gone through once more
 * byte by byte, so that all is kept up to the damage, or to what somebody has written behind the data.
 */
async function* gunzip(open: Open): AsyncGenerator<Uint8Array> {
  let given = 0;
  try {
    for await (const part of inflate(open(), Infinity)) {
      given += part.length;
      yield part;
    }
  } catch (error) {
    if (!(error instanceof Damaged) || error.pieceAt === null) throw error;
    let before = given;
    for await (const part of inflate(open(), error.pieceAt)) {
      if (part.length > before) yield part.subarray(before);
      before = Math.max(0, before - part.length);
    }
    throw error;
  }
}

/**
 * A pipeline would drop what is buffered when the stream breaks. Feeding small pieces and taking what each gives keeps
 * everything up to the piece with the damage.
 *
 * @param slowFrom from where on each byte is a piece.
 */
async function* inflate(source: AsyncIterable<Uint8Array>, slowFrom: number): AsyncGenerator<Uint8Array> {
  const stream = createGunzip();
  const ready: Uint8Array[] = [];
  const failures: Error[] = [];
  stream.on('data', (chunk: Uint8Array) => ready.push(chunk));
  stream.on('error', (error) => failures.push(error));
  const step = (act: (done: () => void) => void) =>
    new Promise<void>((resolve) => {
      const done = () => {
        stream.off('error', done);
        // Data that was pushed within this turn arrives before the next one.
        setImmediate(resolve);
      };
      stream.once('error', done);
      act(done);
    });
  let position = 0;
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length;) {
        const length = position < slowFrom ? Math.min(PIECE_BYTES, slowFrom - position) : 1;
        const piece = chunk.subarray(at, at + length);
        await step((done) => stream.write(piece, done));
        yield* ready.splice(0);
        if (failures[0]) throw new Damaged(failures[0].message, position);
        at += piece.length;
        position += piece.length;
      }
    }
    await step((done) => {
      stream.once('end', done);
      stream.end();
    });
    yield* ready.splice(0);
    if (failures[0]) throw new Damaged(failures[0].message, null);
  } finally {
    stream.destroy();
  }
}

/** What the library's numbers mean (xz-embedded's `enum xz_ret`), where the data is not damaged. */
const NOT_READ: ReadonlyMap<string, string> = new Map([
  ['4', 'xz data that needs more memory than it is given; unpack it first'],
  ['6', 'xz data with a filter or a check that is not read; unpack it first'],
]);

/** Where one xz stream ends and another begins: files that were put together, or packed by several threads of `pxz`. */
const XZ_SEAM = Buffer.from([0x59, 0x5a, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
const XZ_FOOTER_BYTES = 2;

/** The library reads one stream, and one at a time in the whole process: each must be ended before another begins. */
async function* unxz(open: Open): AsyncGenerator<Uint8Array> {
  const chunks = open()[Symbol.asyncIterator]();
  const input = new XzInput(chunks);
  try {
    do {
      const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
        const part = await input.next();
        if (part === null) controller.close();
        else controller.enqueue(part);
      };
      // It is asked for no more than is needed: what follows belongs to another stream.
      const compressed = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
      const reader = new xz.XzReadableStream(compressed).getReader();
      try {
        for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
      } finally {
        await reader.cancel().catch(() => undefined);
      }
    } while (await input.startNextStream());
  } finally {
    await chunks.return?.();
  }
}

/** The bytes of a file, cut at the seams between its xz streams. */
class XzInput {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private held: Buffer = Buffer.alloc(0);
  private isOver = false;
  private atSeam = false;

  constructor(chunks: AsyncIterator<Uint8Array>) {
    this.chunks = chunks;
  }

  /** Gives further bytes of the stream; null at its end. */
  async next(): Promise<Uint8Array | null> {
    while (!this.atSeam) {
      const seam = this.held.indexOf(XZ_SEAM);
      this.atSeam = seam !== -1;
      // The last bytes may be the beginning of a seam.
      const sure = this.isOver ? this.held.length : this.held.length - XZ_SEAM.length + 1;
      const part = this.held.subarray(0, this.atSeam ? seam + XZ_FOOTER_BYTES : Math.max(0, sure));
      this.held = this.held.subarray(part.length);
      if (part.length > 0) return part;
      if (this.isOver) return null;
      const chunk = await this.chunks.next();
      if (chunk.done === true) this.isOver = true;
      else this.held = Buffer.concat([this.held, chunk.value]);
    }
    return null;
  }

  /** Goes over to the stream behind this one; false where there is none. */
  async startNextStream(): Promise<boolean> {
    while ((await this.next()) !== null);
    const follows = this.atSeam;
    this.atSeam = false;
    return follows;
  }
}
