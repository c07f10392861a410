import { decodeCharset } from './charset.ts';

/** The headers of a mail, unfolded; names in small letters. */
export type Headers = ReadonlyMap<string, string>;

/** A mail in its two parts. */
export interface Parted {
  readonly head: string;
  readonly body: Buffer;
}

const LONGEST_HEAD = 262_144;

/** Where the headers end, and their body begins. */
export function splitHead(raw: Buffer): Parted {
  let at = 0;
  while (at < raw.length && at < LONGEST_HEAD) {
    const end = raw.indexOf(0x0a, at);
    const next = end === -1 ? raw.length : end + 1;
    const empty = end === at || (end === at + 1 && raw[at] === 0x0d);
    if (empty) return { head: headText(raw.subarray(0, at)), body: raw.subarray(next) };
    at = next;
  }
  return { head: headText(raw.subarray(0, at)), body: raw.subarray(at) };
}

/** Headers are ASCII by their standard; mailers that do not care write UTF-8, or some charset of a byte a letter. */
function headText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') ? bytes.toString('latin1') : text;
}

/** Those that anything here asks for: a mail has some that everybody reads, and dozens that servers left on the way. */
const READ: ReadonlySet<string> = new Set([
  ...['from', 'to', 'cc', 'reply-to', 'date', 'subject', 'message-id', 'in-reply-to', 'references'],
  ...['content-type', 'content-disposition', 'content-transfer-encoding'],
]);
const LONGEST_NAME = Math.max(...[...READ].map((name) => name.length));

/** Reads the first header of each name that is asked for. */
export function readHeaders(head: string): Headers {
  const headers = new Map<string, string>();
  let name: string | null = null;
  for (const line of head.split('\n')) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (name !== null) headers.set(name, `${headers.get(name)!} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    const key = colon > 0 && colon <= LONGEST_NAME ? line.slice(0, colon).toLowerCase() : '';
    name = READ.has(key) && !headers.has(key) ? key : null;
    if (name !== null) headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
}

const WORD = /=\?([\w.:+-]+)(?:\*[\w-]+)?\?([bq])\?([^?]*)\?=/gi;

/** Decodes encoded words (RFC 2047); what is in no known charset stays as it is. */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text;
  // Blanks between two encoded words are no part of the text; a letter may be cut between two of one charset.
  const words = text.replace(/(\?=)\s+(?==\?)/g, '$1');
  const joined: { charset: string; parts: Buffer[]; at: number; end: number }[] = [];
  for (const match of words.matchAll(WORD)) {
    const [whole, charset, encoding, content] = match as unknown as [string, string, string, string];
    const bytes =
      encoding.toLowerCase() === 'b'
        ? Buffer.from(content, 'base64')
        : Buffer.from(unescaped(content.replace(/_/g, ' ')), 'latin1');
    const last = joined.at(-1);
    if (last?.end === match.index && last.charset === charset.toLowerCase()) {
      last.parts.push(bytes);
      last.end = match.index + whole.length;
    } else
      joined.push({
        charset: charset.toLowerCase(),
        parts: [bytes],
        at: match.index,
        end: match.index + whole.length,
      });
  }
  let out = '';
  let from = 0;
  for (const { charset, parts, at, end } of joined) {
    out += words.slice(from, at) + (decodeCharset(Buffer.concat(parts), charset) ?? words.slice(at, end));
    from = end;
  }
  return out + words.slice(from);
}

/** Undoes quoted-printable; gives a character a byte. */
export function quotedPrintable(text: string): string {
  return unescaped(text.replace(/(?<![ \t])[ \t]+$/gm, '').replace(/=\r?\n/g, ''));
}

/** Undoes what quoted-printable and the encoded words of headers share. In a word, a blank at the end is part of the text. */
function unescaped(text: string): string {
  return text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
