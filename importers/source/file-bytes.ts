import { closeSync, openSync, readSync } from 'node:fs';
import type { Open } from './decompress.ts';

/** Most files are no longer than this; then they are read once. */
const HELD_BYTES = 65_536;
const CHUNK_BYTES = 262_144;

/**
 * Opens a file for several readings. Its first bytes are held: they are asked for again and again, until it is told what
 * the file is. Files are read in step with what is made of them: to wait for a thread that reads each piece takes longer
 * than to read it.
 */
export function fileBytes(path: string): Open {
  let held: Buffer | null = null;
  // eslint-disable-next-line @typescript-eslint/require-await -- other sources of bytes do wait
  return async function* read() {
    if (held !== null) {
      yield held;
      if (held.length < HELD_BYTES) return;
    }
    const file = openSync(path, 'r');
    try {
      let position = held?.length ?? 0;
      for (;;) {
        const buffer = Buffer.allocUnsafe(held === null ? HELD_BYTES : CHUNK_BYTES);
        const piece = buffer.subarray(0, fill(file, buffer, position));
        position += piece.length;
        held ??= Buffer.from(piece);
        if (piece.length > 0) yield piece;
        if (piece.length < buffer.length) return;
      }
    } finally {
      closeSync(file);
    }
  };
}

/** Reads until the buffer is full or the file ends; gives how much there was. */
function fill(file: number, buffer: Buffer, position: number): number {
  let filled = 0;
  while (filled < buffer.length) {
    const count = readSync(file, buffer, filled, buffer.length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}
