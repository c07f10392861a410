import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Open } from '../importer.ts';

/** Most files are no longer than this; then they are read once. */
const HELD_BYTES = 1024 * 1024;
const CHUNK_BYTES = 262_144;

/**
 * Opens a file for several readings. Its first bytes are held: they are asked for again and again, until it is told what
 * the file is. Files are read in step with what is made of them: to wait for a thread that reads each piece takes longer
 * than to read it.
 */
export function fileBytes(path: string): Open {
  let held: Buffer | null = null;
  let isWhole = false;
  // eslint-disable-next-line @typescript-eslint/require-await -- other sources of bytes do wait
  return async function* read() {
    if (held !== null) {
      yield held;
      if (isWhole) return;
    }
    const file = openSync(path, 'r');
    try {
      let position = held?.length ?? 0;
      for (;;) {
        const buffer = Buffer.allocUnsafeSlow(held === null ? firstBytes(file) : CHUNK_BYTES);
        const piece = buffer.subarray(0, fill(file, buffer, position));
        position += piece.length;
        if (held === null) isWhole = piece.length < buffer.length;
        held ??= piece;
        if (piece.length > 0) yield piece;
        if (piece.length < buffer.length) return;
      }
    } finally {
      closeSync(file);
    }
  };
}

/** How much is held: a byte more than there is, which shows that the file ends there. Some files do not say how long they are. */
function firstBytes(file: number): number {
  const { size } = fstatSync(file);
  return size === 0 ? HELD_BYTES : Math.min(HELD_BYTES, size + 1);
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
