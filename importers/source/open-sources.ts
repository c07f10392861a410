import { createReadStream } from 'node:fs';
import { InputError } from '../../store/errors.ts';
import type { SourceEntry, Open } from '../importer.ts';
import { fileBytes } from './file-bytes.ts';
import { filesOf } from './files.ts';
import { refusal } from './refusal.ts';
import { spool } from './spool.ts';
import { unpack } from './unpack.ts';

export interface OpenOptions {
  /** Bound on what one file, archive or standard input may be when decompressed; 4 GiB when not given. */
  readonly maxBytes?: number;
  /** Bound on the files of one archive and of those in it together; 100,000 when not given. */
  readonly maxFiles?: number;
  /** What the argument `-` reads; `process.stdin` when not given. */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/** A file that was opened, or why it was not; the files after it are still opened. */
export type OpenedSource = { readonly argument: string; readonly name: string } & (
  | { readonly entry: SourceEntry; readonly error?: undefined }
  | { readonly error: InputError; readonly entry?: undefined }
);

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
      yield* openFile(argument, argument, options, () => spooled(options.stdin ?? process.stdin, maxBytes));
      continue;
    }
    for (const found of filesOf(argument)) {
      if (found.error !== undefined) {
        yield { argument, name: found.path, error: found.error };
        continue;
      }
      // What comes through a pipe (`<(zcat log.gz)`) comes once.
      yield* openFile(argument, found.path, options, () =>
        found.isPipe
          ? spooled(createReadStream(found.path), maxBytes)
          : Promise.resolve(fileBytes(found.path)),
      );
    }
  }
}

async function spooled(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Open> {
  const held = await spool(bytes, maxBytes);
  return held.range(0, held.sizeBytes);
}

async function* openFile(
  argument: string,
  name: string,
  { maxBytes = DEFAULT_MAX_BYTES, maxFiles }: OpenOptions,
  opener: () => Promise<Open>,
): AsyncGenerator<OpenedSource> {
  try {
    for await (const entry of unpack(name, await opener(), maxBytes, maxFiles)) {
      if (entry instanceof InputError) yield { argument, name, error: entry };
      else yield { argument, name: entry.name, entry };
    }
  } catch (error) {
    yield { argument, name, error: refusal(name, error) };
  }
}
