import { InputError } from '../../store/errors.ts';
import type { Enclosed, ImportHints, Importer, Inside, SourceEntry } from '../importer.ts';
import { mailImporter } from '../mail/importer.ts';
import { sniffOfAnybody } from './registry.ts';
import { TooLarge, Unreadable } from '../source/decompress.ts';
import { unpack } from '../source/unpack.ts';

const LEAST_BYTES = 4 * 1024 ** 3;
/** Logs that were packed well are a thirtieth of themselves, bombs a thousandth. */
const TIMES_ITSELF = 50;
/** No log that somebody attaches to a mail is larger when it is unpacked. */
const MOST_BYTES = 512 * 1024 * 1024;
const MOST_FILES = 1000;

/** Bounds what may come out of the files in a file of this size. */
export function insideOf({ sizeBytes }: Pick<SourceEntry, 'sizeBytes'>): Inside {
  const bytes = Math.max(LEAST_BYTES, TIMES_ITSELF * sizeBytes);
  return {
    importerOf: sniffOfAnybody,
    left: { bytes },
    mostBytes: MOST_BYTES,
    mostFiles: MOST_FILES,
  };
}

/** A file that lay in another, ready to be read. */
export interface Opened {
  readonly entry: SourceEntry;
  readonly importer: Importer;
  readonly hints: ImportHints;
}

/** Opens a file that lies in another: itself, or what it is packed of. What cannot be read of it was named before, and is left out. */
export async function* openEnclosed(
  { name, open, hints, given }: Enclosed,
  { importerOf, mostBytes, mostFiles }: Inside,
): AsyncGenerator<Opened> {
  try {
    for await (const entry of unpack(name, open, mostBytes, mostFiles)) {
      if (entry instanceof InputError) continue;
      const importer = await importerOf(entry);
      if (importer === mailImporter) yield { entry, importer, hints: { ...given, ...knownFrom(hints) } };
      else if (importer !== null) yield { entry, importer, hints };
    }
  } catch (error) {
    if (!(error instanceof TooLarge || error instanceof Unreadable)) throw error;
  }
}

/** A mail without a date came no later than the one around it. */
function knownFrom({ knownAt }: ImportHints): Pick<ImportHints, 'knownAt'> {
  return knownAt === undefined ? {} : { knownAt };
}
