import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import type { Open } from './decompress.ts';
import { memberName } from './member-name.ts';
import type { Spool } from './spool.ts';

/** One regular file in an archive. Its name is only shown; nothing is ever written under it. */
export interface Member {
  readonly name: string;
  readonly open: Open;
  /** Set where the archive ends inside it. */
  readonly cut: boolean;
}

/** Tells a tar archive (POSIX or GNU) by the magic in its first header. */
export function isTar(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(257, 262)).toString('latin1') === 'ustar';
}

/**
 * Lists the regular files of an archive. Each reads its own part of the spooled bytes, so that reading one twice does
 * not read what stands before it.
 */
export async function tarMembers(
  file: Spool,
  onDamage: (message: string) => void,
): Promise<readonly Member[]> {
  const members: Member[] = [];
  const parser = extract();
  parser.on('entry', (header: Header & { byteOffset?: number }, stream, next) => {
    const size = header.size;
    const offset = header.byteOffset;
    if (header.type === 'file' && offset !== undefined)
      members.push({
        name: memberName(header.name),
        open: file.range(offset, Math.min(size, file.sizeBytes - offset)),
        cut: offset + size > file.sizeBytes,
      });
    stream.on('end', next);
    stream.on('error', () => undefined);
    stream.resume();
  });
  try {
    await pipeline(Readable.from(file.range(0, file.sizeBytes)()), parser);
  } catch (error) {
    onDamage(`archive is damaged or cut off: ${error instanceof Error ? error.message : String(error)}`);
  }
  return members;
}
