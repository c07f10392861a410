import { createHash } from 'node:crypto';
import type { SourceEntry } from '../../importers/importer.ts';
import { splitLines } from '../../importers/source/lines.ts';

/** Makes an entry of a text or of bytes, as if it were a file that is read in pieces of so many bytes. */
export function entryOf(
  name: string,
  content: string | Uint8Array,
  chunkBytes = Number.MAX_SAFE_INTEGER,
): SourceEntry {
  const data = Buffer.from(content);
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < data.length; at += chunkBytes)
      yield await Promise.resolve(data.subarray(at, at + chunkBytes));
  }
  return {
    name,
    sizeBytes: data.length,
    sha256: createHash('sha256').update(data).digest('hex'),
    head: data.subarray(0, 65_536),
    problems: [],
    cutLines: [],
    bytes,
    lines: () => splitLines(bytes()),
  };
}
