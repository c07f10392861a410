import type { Diagnostic } from '../store/errors.ts';
import type { NewEvent } from '../store/events/event.ts';

/** Opens a sequence of bytes from its beginning; it may be called again. */
export type Open = () => AsyncIterable<Uint8Array>;

/** One line of an input, without its line end. */
export interface Line {
  /** 1-based. */
  readonly number: number;
  /** Offset of its first byte in the bytes of its entry. */
  readonly offset: number;
  readonly text: string;
  /** Whether a control character other than the tab is in it. */
  readonly controls: boolean;
}

/**
 * The lines of an input, one by one or, where every nanosecond of a line counts, in pages as they come. There a text may be a piece of some
 * thousands of characters, which are kept as long as it is.
 */
export interface Lines extends AsyncIterable<Line> {
  pages(): AsyncIterable<readonly Line[]>;
}

/**
 * One file to import, decompressed, wherever it came from (a path, a member of an archive, standard input). It can be
 * read more than once.
 */
export interface SourceEntry {
  /** `results.log`, `logs.tar.gz!rseq/results.log`, `-`. */
  readonly name: string;
  readonly sizeBytes: number;
  /** SHA-256 of the decompressed bytes as they lie in the file, 64 hex digits. */
  readonly sha256: string;
  /** The first bytes (at most 64 KiB) without zeros before them, for telling the format. */
  readonly head: Uint8Array;
  /**
   * Something that went wrong while reading it and did not stop the reading: a truncated archive member, say. Whoever imports the
   * entry tells it, whatever its format.
   */
  readonly problems: readonly Diagnostic[];
  /** Lines that are too long and are cut, for importers that read lines: where a format is read whole, nothing is cut. */
  readonly cutLines: readonly Diagnostic[];
  /** The decompressed bytes without a byte order mark; text in UTF-16 comes as UTF-8. */
  bytes(): AsyncIterable<Uint8Array>;
  lines(): Lines;
}

/** What the user says about the input; it fills in only what the input does not say itself. */
export interface ImportHints {
  readonly origin?: string;
  readonly release?: string;
  /** The commit that was built, 7 to 40 hex digits. */
  readonly commit?: string;
  readonly arch?: string;
  readonly config?: string;
  /** The release that the selftests come from: newer ones are often run on an older kernel. */
  readonly selftests?: string;
  readonly knownAt?: string;
  /** When the file came with another, which was published then: a clock in a log is earlier, and nobody knew of it. */
  readonly publishedAt?: string;
}

/** Names that the log holds already, so that a file may refer to what another import brought. */
export interface KnownNames {
  readonly releases: ReadonlySet<string>;
  readonly lines: ReadonlySet<string>;
  readonly changes: ReadonlySet<string>;
  /** Behaviours with their values; null where any number will do. */
  readonly behaviours: ReadonlyMap<string, readonly (string | number | boolean)[] | null>;
  readonly switches: ReadonlySet<string>;
  /** `consumer` and `consumer/variant`. */
  readonly consumers: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
  readonly tests: ReadonlySet<string>;
}

export const noKnownNames: KnownNames = {
  releases: new Set(),
  lines: new Set(),
  changes: new Set(),
  behaviours: new Map(),
  switches: new Set(),
  consumers: new Set(),
  fields: new Set(),
  tests: new Set(),
};

/** A file that lies in another and is a source of its own: a log that is attached to a mail. */
export interface Enclosed {
  /** `list.mbox!<id@host>#dmesg.xz` */
  readonly name: string;
  /** Its bytes as they lie there, which may be compressed, or an archive. */
  readonly open: Open;
  /** What the file around it says of it. */
  readonly hints: ImportHints;
  /** What was said of the file around it: a mail in a mail is another's, and speaks for itself. */
  readonly given: ImportHints;
}

/** How files that lie in a file are told, and how much may still come out of them, all together. */
export interface Inside {
  /** The importer of such a file; null where nothing reads it that may come from anybody. */
  readonly importerOf: (entry: SourceEntry) => Promise<Importer | null>;
  readonly left: { bytes: number };
  /** What may come out of one of them. */
  readonly mostBytes: number;
  readonly mostFiles: number;
}

export interface ImportContext {
  readonly hints: ImportHints;
  readonly known: KnownNames;
  /** The other files of the same call that are of the same format: what one of them says may be about another. */
  readonly beside?: readonly SourceEntry[];
  /** The file is read as another format first, and this one looks for what that left: to find nothing is no news. */
  readonly alongside?: boolean;
  /** Without it, files that lie in the file are only named. */
  readonly inside?: Inside;
  /** Called now and then with the bytes read so far. */
  readonly progress?: (bytes: number) => void;
}

/** A page of events from one file; a warning is shown and changes nothing. */
export interface Produced {
  readonly entry: SourceEntry;
  readonly events: readonly NewEvent[];
  readonly warnings?: readonly Diagnostic[];
  /** Files in the file that something reads: they are imported after it, each for itself. */
  readonly enclosed?: readonly Enclosed[];
}

/** Turns bytes of one format into events. It never opens the store and never prints. */
export interface Importer {
  readonly format: string;
  /** Raised when the same bytes give other events than before. */
  readonly version: number;
  readonly says: string;
  /**
   * `file`: every file is read by itself and stands or falls alone. `set`: the files of one call speak of one another
   * and are read, and refused, together.
   */
  readonly unit: 'file' | 'set';
  /** For `file`: it looks at the other files of the call (`beside`), which are therefore opened before it is read. */
  readonly seesOthers?: boolean;
  /** How surely the bytes are this importer's format, 0 (no) to 1, judged by content; the name only breaks ties. */
  sniff(head: string, name: string): number;
  /**
   * A second look, at the whole file, for a format that the beginning of a file cannot show: asked only where `sniff`
   * gave more than 0, and its answer counts instead.
   */
  look?(entry: SourceEntry): Promise<number>;
  /** The most that `look` may answer: where another format is as sure, nothing is looked at. */
  readonly surest?: number;
  /**
   * Whether a file of this format may come with another, as one attached to a mail, which anybody may have sent; not without it. Results
   * and mails may; records of kernels and behaviours, and whole logs, are taken only from who imports them.
   */
  comesWithOthers?(head: string): boolean;
  /**
   * Reads the files (one, for `unit: 'file'`).
   *
   * @throws InputError when a file is not of this format or is refused.
   */
  read(entries: readonly SourceEntry[], context: ImportContext): AsyncIterable<Produced>;
}
