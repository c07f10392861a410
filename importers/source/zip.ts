import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';
import { TooLarge, Unreadable, type OnDamage } from './decompress.ts';
import { checkMembers, memberName, type Member } from './member.ts';
import type { Spool } from './spool.ts';

class SpoolReader extends RandomAccessReader {
  private readonly file: Spool;

  constructor(file: Spool) {
    super();
    this.file = file;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.file.range(start, end - start)(), { objectMode: false });
  }
}

/**
 * Lists the files of a zip archive by its central directory, as every unpacker does: what the local headers say
 * otherwise is not believed.
 *
 * @throws TooLarge when the files together are declared larger than the bound: the usual zip bomb says so itself
 * @throws Unreadable when the directory is missing (a cut file) or damaged
 */
export async function zipMembers(file: Spool, maxBytes: number): Promise<readonly Member[]> {
  const members: Member[] = [];
  let total = 0;
  try {
    const zip = await fromRandomAccessReaderPromise(new SpoolReader(file), file.sizeBytes, {
      autoClose: false,
      lazyEntries: true,
      // Names are only shown. Decoding by the library would refuse the whole archive for one bad name.
      decodeStrings: false,
    });
    for await (const entry of zip.eachEntry()) {
      const raw: Buffer = entry.fileNameRaw;
      const name = raw.toString('utf8');
      if (name.endsWith('/')) continue;
      total += entry.uncompressedSize;
      if (total > maxBytes) throw new TooLarge(`more than ${maxBytes} bytes when decompressed`);
      members.push({
        name: memberName(name),
        problems: [],
        read: (onDamage) => readMember(zip, entry, onDamage),
      });
      checkMembers(members);
    }
  } catch (error) {
    if (error instanceof TooLarge) throw error;
    throw new Unreadable(`zip archive is damaged or cut off: ${messageOf(error)}`);
  }
  return members;
}

async function* readMember(zip: ZipFile, entry: Entry, onDamage: OnDamage): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted()) throw new Unreadable('encrypted; unpack it first');
  if (!entry.canDecodeFileData())
    throw new Unreadable(`packed by method ${entry.compressionMethod}, which is not read; unpack it first`);
  let checksum = 0;
  try {
    const stream: AsyncIterable<Uint8Array> = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) {
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (error) {
    onDamage(`zip data is damaged: ${messageOf(error)}`);
    return;
  }
  if (checksum !== entry.crc32) onDamage('zip data is damaged: its checksum differs');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
