import type { InputError } from '../../store/errors.ts';
import type { SourceEntry, Open } from '../importer.ts';
import {
  compressionOf,
  decompress,
  TooLarge,
  TooManyFiles,
  Unreadable,
  type OnDamage,
} from './decompress.ts';
import { makeEntry, peek } from './entry.ts';
import { checkMembers, MAX_MEMBERS, type Member } from './member.ts';
import { refusal } from './refusal.ts';
import { spool } from './spool.ts';
import { HEADER_BYTES, isTar, tarMembers } from './tar.ts';
import { zipMembers } from './zip.ts';

/** A log in an archive in an archive of a lab is three deep; what goes on for ever is an attack. */
const MAX_DEPTH = 5;

type Read = (onDamage: OnDamage) => AsyncIterable<Uint8Array>;

/** One source, however deep its archives: all that comes out of it is bounded together. */
interface Unpacking {
  leftBytes: number;
  /** What may be written to disk on the way: an archive can come to much that no file in it is. */
  leftOnDisk: number;
  files: number;
  readonly mostFiles: number;
}

/** Each archive in an archive is written out before what lies in it is read. */
const TIMES_ON_DISK = 3;

/**
 * Gives what is in a file: itself, what it is compressed of, or the members of an archive, archives in archives too. A
 * member that cannot be read is refused alone.
 *
 * @throws TooLarge when all of it is more than the bound; what came before stays good
 * @throws Unreadable when nothing of it can be read
 */
export async function* unpack(
  name: string,
  open: Open,
  maxBytes: number,
  mostFiles = MAX_MEMBERS,
): AsyncGenerator<SourceEntry | InputError> {
  try {
    const unpacking = { leftBytes: maxBytes, leftOnDisk: maxBytes * TIMES_ON_DISK, files: 0, mostFiles };
    yield* contentOf(name, open, [], unpacking, 0);
  } catch (error) {
    // Inside, only what was left of the bound is known.
    if (error instanceof TooLarge && !(error instanceof TooManyFiles))
      throw new TooLarge(`more than ${maxBytes} bytes when decompressed`);
    throw error;
  }
}

async function* contentOf(
  name: string,
  read: Read,
  problems: readonly string[],
  unpacking: Unpacking,
  depth: number,
): AsyncGenerator<SourceEntry | InputError> {
  const open = () => read(() => undefined);
  const head = await peek(open, HEADER_BYTES);
  const kind = compressionOf(head);
  if (kind === 'bzip2') throw new Unreadable('bzip2 files are not read; unpack it first');
  if (kind === null && !isTar(head)) {
    const entry = await makeEntry(name, read, problems);
    unpacking.leftBytes -= entry.sizeBytes;
    yield entry;
    return;
  }
  if (depth > MAX_DEPTH) throw new Unreadable(`packed more than ${MAX_DEPTH} times over; unpack it first`);
  // On disk once: archives are read from their ends and middles, and to decompress again for every pass costs more.
  const damage = [...problems];
  // Damaged data is read twice.
  const onDamage = (message: string) => {
    if (!damage.includes(message)) damage.push(message);
  };
  const leftBytes = Math.min(unpacking.leftBytes, unpacking.leftOnDisk);
  const bytes =
    kind === null || kind === 'zip'
      ? read(onDamage)
      : decompress(() => read(onDamage), kind, leftBytes, onDamage);
  const held = await spool(bytes, leftBytes);
  unpacking.leftOnDisk -= held.sizeBytes;
  if (kind === 'zip')
    yield* membersOf(name, await zipMembers(held, unpacking.leftBytes), damage, unpacking, depth);
  else if (kind === null) yield* membersOf(name, await tarMembers(held, onDamage), damage, unpacking, depth);
  else yield* contentOf(name, held.range(0, held.sizeBytes), damage, unpacking, depth + 1);
}

async function* membersOf(
  archive: string,
  members: readonly Member[],
  damage: readonly string[],
  unpacking: Unpacking,
  depth: number,
): AsyncGenerator<SourceEntry | InputError> {
  if (members.length === 0) throw new Unreadable(damage[0] ?? 'the archive holds no file');
  unpacking.files += members.length;
  checkMembers({ length: unpacking.files }, unpacking.mostFiles);
  for (const [index, member] of members.entries()) {
    const name = `${archive}!${member.name}`;
    // What is wrong with the archive is told once, with the last member: that is where it ends.
    const problems = index === members.length - 1 ? [...damage, ...member.problems] : member.problems;
    try {
      yield* contentOf(name, member.read, problems, unpacking, depth + 1);
    } catch (error) {
      if (error instanceof TooLarge) throw error;
      yield refusal(name, error);
    }
  }
}
