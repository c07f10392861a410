import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import { TooLarge } from './decompress.ts';
import { checkMembers, memberName, type Member } from './member.ts';
import type { Spool } from './spool.ts';
import { BLANK } from './characters.ts';

const CHECKSUM_AT = 148;
const CHECKSUM_BYTES = 8;
export const HEADER_BYTES = 512;

/** Tells a tar archive (POSIX, GNU or the one of Unix v7, which has no magic) by the checksum of its first header. */
export function isTar(head: Uint8Array): boolean {
  if (head.length < HEADER_BYTES || head[0] === 0) return false;
  const field = Buffer.from(head.subarray(CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_BYTES)).toString('latin1');
  if (!/^[ 0-7]*[0-7][ \0]*$/.test(field)) return false;
  let sum = BLANK * CHECKSUM_BYTES;
  for (let at = 0; at < HEADER_BYTES; at++)
    if (at < CHECKSUM_AT || at >= CHECKSUM_AT + CHECKSUM_BYTES) sum += head[at]!;
  return sum === parseInt(field.trim(), 8);
}

/**
 * Lists the regular files of an archive. Each reads its own part of the spooled bytes, so that reading one twice does
 * not read what stands before it.
 *
 * @throws TooLarge when there are more files than anybody packs
 */
export async function tarMembers(
  file: Spool,
  onDamage: (message: string) => void,
): Promise<readonly Member[]> {
  const members: Member[] = [];
  let others = 0;
  // Unix v7 wrote no magic; the option is older than the library's types.
  const parser = extract({ allowUnknownFormat: true } as Parameters<typeof extract>[0]);
  parser.on('entry', (header: Header & { byteOffset?: number }, stream, next) => {
    const size = header.size;
    const offset = header.byteOffset;
    if (header.type === 'file' && offset !== undefined)
      members.push({
        name: memberName(header.name),
        problems: offset + size > file.sizeBytes ? ['the archive ends inside this file'] : [],
        read: file.range(offset, Math.min(size, file.sizeBytes - offset)),
      });
    else if (header.type !== 'directory') others++;
    try {
      checkMembers(members);
    } catch (error) {
      parser.destroy(error as Error);
      return;
    }
    stream.on('end', next);
    stream.on('error', () => undefined);
    stream.resume();
  });
  try {
    await pipeline(Readable.from(file.range(0, file.sizeBytes)()), parser);
  } catch (error) {
    if (error instanceof TooLarge) throw error;
    onDamage(`archive is damaged or cut off: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (others > 0) onDamage(`${others} links, devices or sparse files in the archive are passed over`);
  return members;
}
