import { open } from 'node:fs/promises';
import type { Open } from './decompress.ts';

/** Most files are no longer than this; then they are read once. */
const HELD_BYTES = 65_536;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Opens a file for several readings. Its first bytes are held: they are asked for again and again, until it is told what
 * the file is.
 */
export function fileBytes(path: string): Open {
  let held: Buffer | null = null;
  return async function* read() {
    if (held !== null) {
      yield held;
      if (held.length < HELD_BYTES) return;
    }
    const file = await open(path);
    try {
      let position = held?.length ?? 0;
      for (;;) {
        const buffer = Buffer.allocUnsafe(held === null ? HELD_BYTES : CHUNK_BYTES);
        const piece = buffer.subarray(0, await fill(file, buffer, position));
        position += piece.length;
        held ??= Buffer.from(piece);
        if (piece.length > 0) yield piece;
        if (piece.length < buffer.length) return;
      }
    } finally {
      await file.close();
    }
  };
}

/** Reads until the buffer is full or the file ends; gives how much there was. */
async function fill(
  file: Awaited<ReturnType<typeof open>>,
  buffer: Buffer,
  position: number,
): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
