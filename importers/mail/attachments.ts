import { InputError } from '../../store/errors.ts';
import type { Enclosed, ImportHints, Inside, SourceEntry } from '../importer.ts';
import { PieceSpool } from '../source/spool.ts';
import { refusal } from '../source/refusal.ts';
import { unpack } from '../source/unpack.ts';
import type { MailFile } from './message/mail-file.ts';

/** A message-id may hold anything but blanks; the name of a file is shown. */
const CONTROLS = /[\u0000-\u001F\u007F]/g;

/** What becomes of the files of a mail. */
export interface Sorted {
  readonly enclosed: readonly Enclosed[];
  /** The names of those that nothing reads, some with the reason. */
  readonly unread: readonly string[];
}

/** Sorts what is attached to the mails of a file, and holds what something reads until its turn comes. */
export class Attachments {
  private readonly spool = new PieceSpool();
  private readonly carrier: string;
  private readonly inside: Inside | undefined;

  /** @param inside Without it nothing is looked at. */
  constructor({ name }: SourceEntry, inside: Inside | undefined) {
    this.carrier = name;
    this.inside = inside;
  }

  /** @param source the mail by its message-id, `hints` what it says of what is attached, `given` what was said of it. */
  async sort(
    files: readonly MailFile[],
    source: string,
    hints: ImportHints,
    given: ImportHints,
  ): Promise<Sorted> {
    const enclosed: Enclosed[] = [];
    const unread: string[] = [];
    for (const { name, content } of files) {
      const { inside } = this;
      const looked =
        inside === undefined ? { isRead: false, unread: [name] } : await look(name, content, inside);
      unread.push(...looked.unread);
      if (looked.isRead)
        enclosed.push({
          name: `${this.carrier}!${source.replace(CONTROLS, '?')}#${name}`,
          open: this.spool.add(content),
          hints,
          given,
        });
    }
    return { enclosed, unread };
  }
}

/** Unpacks a file, and asks of each that comes out whether something reads it. */
async function look(
  name: string,
  content: Buffer,
  { importerOf, left, mostBytes, mostFiles }: Inside,
): Promise<{ readonly isRead: boolean; readonly unread: readonly string[] }> {
  const unread: string[] = [];
  let isRead = false;
  const open = async function* () {
    yield await Promise.resolve(content);
  };
  const because = (error: InputError) => error.diagnostics[0]?.message ?? 'it cannot be read';
  try {
    for await (const entry of unpack(name, open, Math.min(left.bytes, mostBytes), mostFiles)) {
      if (entry instanceof InputError) {
        unread.push(`${name} (${because(entry)})`);
        continue;
      }
      left.bytes -= entry.sizeBytes;
      if ((await importerOf(entry)) === null) unread.push(entry.name);
      else isRead = true;
    }
  } catch (error) {
    unread.push(`${name} (${because(refusal(name, error))})`);
  }
  return { isRead, unread };
}
