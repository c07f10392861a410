import { TextDecoder } from 'node:util';
import { asBuffer } from './as-buffer.ts';

/**
 * Tells UTF-16 by the first bytes. Only a byte order mark does: what PowerShell's redirection and Windows' editors write
 * begins with one.
 */
export function isUtf16(head: Buffer): boolean {
  return head.length >= 2 && decoderOf(head) !== null;
}

/**
 * Gives text of UTF-16 as UTF-8, and everything else as it is. Half a character becomes U+FFFD.
 *
 * @param onRaw Sees each chunk before.
 */
export async function* asUtf8(
  bytes: AsyncIterable<Uint8Array>,
  onRaw: (chunk: Uint8Array) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  let first: Buffer | null = Buffer.alloc(0);
  let decoder: TextDecoder | null = null;
  for await (const chunk of bytes) {
    onRaw(chunk);
    let piece = asBuffer(chunk);
    if (first !== null) {
      if (first.length + piece.length < 2) {
        first = Buffer.concat([first, piece]);
        continue;
      }
      if (first.length > 0) piece = Buffer.concat([first, piece]);
      first = null;
      decoder = decoderOf(piece);
    }
    if (decoder === null) yield piece;
    else yield Buffer.from(decoder.decode(piece, { stream: true }));
  }
  if (first !== null && first.length > 0) yield first;
  if (decoder !== null) yield Buffer.from(decoder.decode());
}

/** The decoder leaves the mark out. */
function decoderOf(start: Buffer): TextDecoder | null {
  const mark = start.readUInt16BE(0);
  if (mark === 0xfffe) return new TextDecoder('utf-16le');
  return mark === 0xfeff ? new TextDecoder('utf-16be') : null;
}
