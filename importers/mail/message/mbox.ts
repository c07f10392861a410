import { asBuffer } from '../../source/as-buffer.ts';
import { BLANK, CR, LF, TAB } from '../../source/characters.ts';

/** One message as it lies in its carrier, unquoted. */
export interface RawMessage {
  /** Good until the next message is asked for. */
  readonly bytes: Buffer;
  /** 1-based line of the carrier at which it begins. */
  readonly line: number;
  /** It was longer than any mail may be, and is cut. */
  readonly cut: boolean;
}

/** A longer mail is cut there: attachments of logs go up to some megabytes. */
const MOST_BYTES = 64 * 1024 * 1024;
const FROM = Buffer.from('From ');
const NEXT_FROM = Buffer.from('\nFrom ');

/**
 * A separator is `From `, an address and a date with a time and a year, as git's is_from_line asks for: mboxo leaves
 * lines of prose that begin with `From ` unquoted.
 */
const SEPARATOR = /^From \S.*\d\d?:\d\d.*\d{4}/;
/** What lies behind is no part of an address or a date. */
const LONGEST_SEPARATOR = 200;

/** What `git format-patch` writes above a patch: where a single mail holds it, the patch is attached, and nothing begins there. */
const OF_A_PATCH = /^From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\s*$/;

/** Whether a text begins with the line that separates the mails of an mbox. */
export function beginsMail(text: string): boolean {
  return SEPARATOR.test(text.slice(0, LONGEST_SEPARATOR));
}

/**
 * Takes an mbox apart (mboxo, mboxrd, mboxcl; pipermail's monthly text too), one message at a time. A file without
 * separators is one message. One level of `>` before `From ` is taken off where the archive is mboxrd, which alone
 * promises that it was put there.
 */
export async function* messagesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<RawMessage> {
  const open = new OpenMessage();
  for await (const lines of wholeLines(source)) {
    let start = 0;
    for (let at = nextFrom(lines, 0); at !== -1; at = nextFrom(lines, at + 1)) {
      const end = lines.indexOf(LF, at);
      const next = end === -1 ? lines.length : end + 1;
      const line = lines.toString('latin1', at, Math.min(next, at + LONGEST_SEPARATOR));
      if (!beginsMail(line) || ((at > 0 || open.isBegun) && !open.isSeparated && OF_A_PATCH.test(line)))
        continue;
      open.add(lines.subarray(start, at));
      const message = open.take();
      if (message) yield message;
      open.begin(line.startsWith('From mboxrd@z'));
      start = next;
    }
    // What goes on in the next chunk is kept: the source may use its buffer again.
    open.add(Buffer.from(lines.subarray(start)));
  }
  const last = open.take();
  if (last) yield last;
}

class OpenMessage {
  private parts: Buffer[] = [];
  private size = 0;
  private cut = false;
  private first = 1;
  private line = 1;
  private lossless = false;
  /** Whether a separator came already. */
  isSeparated = false;

  get isBegun(): boolean {
    return this.size > 0;
  }

  add(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.line += newlinesIn(bytes);
    if (this.size + bytes.length > MOST_BYTES) this.cut = true;
    else this.parts.push(bytes);
    this.size += bytes.length;
  }

  begin(lossless: boolean): void {
    this.isSeparated = true;
    this.lossless = lossless;
    this.line++;
    this.first = this.line;
  }

  take(): RawMessage | null {
    const bytes = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts);
    const plain = endedOnce(bytes);
    const made = { bytes: this.lossless ? unquoted(plain) : plain, line: this.first, cut: this.cut };
    this.parts = [];
    this.size = 0;
    this.cut = false;
    return isBlank(bytes) ? null : made;
  }
}

/** The next line that begins with `From `; the bytes begin a line. */
function nextFrom(bytes: Buffer, from: number): number {
  if (from === 0 && bytes.subarray(0, FROM.length).equals(FROM)) return 0;
  const at = bytes.indexOf(NEXT_FROM, Math.max(0, from - 1));
  return at === -1 ? -1 : at + 1;
}

/**
 * Line ends were translated twice on the way where the first header ends in CR CR LF: then no line is empty, and the headers
 * would go on to the end of the mail.
 */
function endedOnce(bytes: Buffer): Buffer {
  const end = bytes.indexOf(LF);
  if (end < 2 || bytes[end - 1] !== CR || bytes[end - 2] !== CR) return bytes;
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\r\n', '\r\n'), 'latin1');
}

function unquoted(bytes: Buffer): Buffer {
  if (!bytes.includes('\n>From ') && !bytes.includes('>>From ')) return bytes;
  return Buffer.from(bytes.toString('latin1').replace(/^>(>*From )/gm, '$1'), 'latin1');
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== BLANK && byte !== LF && byte !== CR && byte !== TAB) return false;
  return true;
}

/** Chunks that end with a line's end, as far as lines end at all. */
async function* wholeLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let held = 0;
  for await (const chunk of source) {
    const buffer = asBuffer(chunk);
    const end = buffer.lastIndexOf(LF) + 1;
    if (end === 0 && held < MOST_BYTES) {
      rest.push(Buffer.from(buffer));
      held += buffer.length;
      continue;
    }
    yield rest.length > 0 ? Buffer.concat([...rest, buffer.subarray(0, end)]) : buffer.subarray(0, end);
    // The source may use its buffer again.
    rest = end < buffer.length ? [Buffer.from(buffer.subarray(end))] : [];
    held = buffer.length - end;
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}
