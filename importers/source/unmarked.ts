import { TextDecoder } from 'node:util';
import { asBuffer } from './as-buffer.ts';

/** The length of UTF-8's mark, the longest. */
const MARK_BYTES = 3;
const NOTHING = Buffer.alloc(0);

/**
 * Gives bytes without the byte order mark that they begin with, if they do: editors put one before UTF-8, and no format has a
 * meaning for it. What has that of UTF-16, as PowerShell's redirection and Windows' editors write it, comes as UTF-8; half a
 * character becomes U+FFFD. Without a mark nothing is UTF-16.
 *
 * @param onRaw Sees each chunk before.
 */
export async function* unmarked(
  bytes: AsyncIterable<Uint8Array>,
  onRaw: (chunk: Uint8Array) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  let start: Buffer | null = NOTHING;
  let decoder: TextDecoder | null = null;
  for await (const chunk of bytes) {
    onRaw(chunk);
    let piece = asBuffer(chunk);
    if (start !== null) {
      piece = start.length === 0 ? piece : Buffer.concat([start, piece]);
      if (piece.length < MARK_BYTES) {
        // The source may use its buffer again for the next chunk.
        start = Buffer.from(piece);
        continue;
      }
      start = null;
      decoder = decoderOf(piece);
      if (piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf) piece = piece.subarray(MARK_BYTES);
    }
    const text = decoder === null ? piece : Buffer.from(decoder.decode(piece, { stream: true }));
    if (text.length > 0) yield text;
  }
  if (start !== null && start.length > 0) yield start;
  if (decoder !== null) yield Buffer.from(decoder.decode());
}

/** The decoder leaves the mark out. */
function decoderOf(start: Buffer): TextDecoder | null {
  const mark = start.readUInt16BE(0);
  if (mark === 0xfffe) return new TextDecoder('utf-16le');
  return mark === 0xfeff ? new TextDecoder('utf-16be') : null;
}
