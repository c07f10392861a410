import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../store/errors.ts';
import type { SourceEntry } from '../importer.ts';
import { compressionOf, TooLarge, Unreadable, type OnDamage, type Open } from './decompress.ts';
import { layer, makeEntry, peek } from './entry.ts';
import { spool } from './spool.ts';
import { isTar, tarMembers } from './tar.ts';
import { zipMembers } from './zip.ts';

export interface OpenOptions {
  /** Bound on what one file, archive or standard input may be when decompressed; 4 GiB when not given. */
  readonly maxBytes?: number;
  /** What the argument `-` reads; `process.stdin` when not given. */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/** A file that was opened, or why it was not; the files after it are still opened. */
export type OpenedSource = { readonly argument: string; readonly name: string } & (
  | { readonly entry: SourceEntry; readonly error?: undefined }
  | { readonly error: InputError; readonly entry?: undefined }
);

/** Larger pieces than a stream reads by itself: each costs a change of threads. */
const CHUNK_BYTES = 262_144;
const DEFAULT_MAX_BYTES = 4 * 1024 ** 3;

/**
 * Opens what the user names: files, folders (all files in them, sorted, hidden ones left out), `-` for standard input,
 * compressed or not; an archive gives its members. One after the other, so that a folder of any size is read in bounded
 * memory by a caller that lets go of each.
 */
export async function* openSources(
  paths: readonly string[],
  options: OpenOptions = {},
): AsyncGenerator<OpenedSource> {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  for (const argument of paths) {
    if (argument === '-') {
      yield* openFile(argument, argument, maxBytes, async () => {
        const input = options.stdin ?? process.stdin;
        const held = await spool(input, maxBytes);
        return held.range(0, held.sizeBytes);
      });
      continue;
    }
    for await (const path of filesOf(argument)) {
      if (path instanceof InputError) yield { argument, name: argument, error: path };
      else
        yield* openFile(argument, path, maxBytes, () =>
          Promise.resolve(() => createReadStream(path, { highWaterMark: CHUNK_BYTES })),
        );
    }
  }
}

/** Gives the files under a path: itself, or those in the folder. */
async function* filesOf(path: string): AsyncGenerator<string | InputError> {
  try {
    if (!(await stat(path)).isDirectory()) {
      yield path;
      return;
    }
    const children = await readdir(path, { withFileTypes: true });
    children.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const child of children) {
      if (child.name.startsWith('.')) continue;
      // A link inside a folder may lead round in a circle; one named by the user is followed.
      if (child.isDirectory()) yield* filesOf(join(path, child.name));
      else if (child.isFile()) yield join(path, child.name);
    }
  } catch (error) {
    yield refusal(path, error);
  }
}

async function* openFile(
  argument: string,
  name: string,
  maxBytes: number,
  opener: () => Promise<Open>,
): AsyncGenerator<OpenedSource> {
  try {
    for await (const entry of entriesOf(name, await opener(), maxBytes)) {
      if (entry instanceof InputError) yield { argument, name, error: entry };
      else yield { argument, name: entry.name, entry };
    }
  } catch (error) {
    yield { argument, name, error: refusal(name, error) };
  }
}

async function* entriesOf(
  name: string,
  open: Open,
  maxBytes: number,
): AsyncGenerator<SourceEntry | InputError> {
  if (compressionOf(await peek(open, 8)) === 'zip') {
    yield* zippedEntries(name, open, maxBytes);
    return;
  }
  const plain: (onDamage: OnDamage) => AsyncIterable<Uint8Array> = (await layer(open, maxBytes)) ?? open;
  if (!isTar(await peek(() => plain(() => undefined), 512))) {
    yield await makeEntry(name, plain);
    return;
  }
  const damage: string[] = [];
  const archive = await spool(
    plain((message) => damage.push(message)),
    maxBytes,
  );
  const members = await tarMembers(archive, (message) => damage.push(message));
  if (members.length === 0) throw new Unreadable(damage[0] ?? 'the archive holds no file');
  // What is wrong with the archive is told once, with the last member: that is where it ends.
  for (const [index, member] of members.entries()) {
    const full = `${name}!${member.name}`;
    const problems = index === members.length - 1 ? damage : [];
    const cut = member.cut ? ['the archive ends inside this file'] : [];
    try {
      const content = (await layer(member.open, maxBytes)) ?? member.open;
      yield await makeEntry(full, content, [...problems, ...cut]);
    } catch (error) {
      yield refusal(full, error);
    }
  }
}

async function* zippedEntries(
  name: string,
  open: Open,
  maxBytes: number,
): AsyncGenerator<SourceEntry | InputError> {
  // A zip archive is read from its end; the spool can be read from anywhere.
  const members = await zipMembers(await spool(open(), maxBytes), maxBytes);
  if (members.length === 0) throw new Unreadable('the archive holds no file');
  for (const member of members) {
    const full = `${name}!${member.name}`;
    try {
      let tell: OnDamage = () => undefined;
      const content: Open = () =>
        member.read((message) => {
          tell(message);
        });
      const inner = await layer(content, maxBytes);
      yield await makeEntry(full, (onDamage) => {
        tell = onDamage;
        return inner ? inner(onDamage) : content();
      });
    } catch (error) {
      yield refusal(full, error);
    }
  }
}

/** Turns what went wrong with one file into a refusal of it. Mistakes of this program stay what they are. */
function refusal(file: string, error: unknown): InputError {
  if (error instanceof InputError) return error;
  const place = { file };
  if (error instanceof TooLarge) {
    const hint = 'unpack it and import the parts, or raise the bound';
    return new InputError([{ severity: 'error', message: error.message, place, hint }]);
  }
  if (error instanceof Unreadable)
    return new InputError([{ severity: 'error', message: error.message, place }]);
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
  const messages: Record<string, string> = {
    ENOENT: 'no such file or folder',
    EACCES: 'not allowed to read it',
  };
  const message = messages[String(error.code)] ?? `cannot be read: ${error.message}`;
  return new InputError([{ severity: 'error', message, place }]);
}
