import { closeSync, mkdtempSync, openSync, read, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Open } from '../importer.ts';
import { TooLarge } from './decompress.ts';

const CHUNK_BYTES = 65_536;
const readAt = promisify(read);

/** Bytes on disk that can be read again, whole or in part. */
export interface Spool {
  readonly sizeBytes: number;
  /** Opens a part of the bytes. */
  range(start: number, length: number): Open;
}

/**
 * Writes bytes that can be read once (standard input) or only in order (a compressed archive) to a temporary file. The
 * file has no name while it is read, so that nothing is left behind however the process ends.
 */
export async function spool(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Spool> {
  const fd = openNameless();
  let sizeBytes = 0;
  try {
    for await (const chunk of source) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw new TooLarge(`more than ${maxBytes} bytes`);
      for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at);
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  const held: Spool = {
    sizeBytes,
    range: (start, length) => () => readRange(held, fd, start, length),
  };
  unreachable.register(held, fd);
  return held;
}

/** Keeps many pieces of bytes in one temporary file, which is made when the first is added. */
export class PieceSpool {
  private fd: number | null = null;
  private readonly held = { sizeBytes: 0 };

  add(bytes: Uint8Array): Open {
    const { held } = this;
    if (this.fd === null) unreachable.register(held, (this.fd = openNameless()));
    const fd = this.fd;
    const start = held.sizeBytes;
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    held.sizeBytes += bytes.length;
    return () => readRange(held, fd, start, bytes.length);
  }
}

function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'regline-'));
  const fd = openSync(join(folder, 'spool'), 'wx+', 0o600);
  rmSync(folder, { recursive: true });
  return fd;
}

/** Closes the file of a spool that nobody can read any more: a folder may hold more archives than a process may open. */
const unreachable = new FinalizationRegistry<number>((fd) => {
  closeSync(fd);
});

/** Reads a part of an open file, which stays open: a stream would close it when a reader stops early. */
async function* readRange(
  held: { readonly sizeBytes: number },
  fd: number,
  start: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  const end = Math.min(start + length, held.sizeBytes);
  for (let at = start; at < end;) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at));
    const { bytesRead } = await readAt(fd, buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
    // Naming it here keeps the file open while it is read.
    if (at > held.sizeBytes) return;
  }
}
