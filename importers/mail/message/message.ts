import { decodeCharset } from './charset.ts';
import { decodeWords, quotedPrintable, readHeaders, type Headers, type Parted } from './headers.ts';
import { readDate } from './date.ts';
import type { MailFile } from './mail-file.ts';
import { mailParts } from './mime.ts';

/** A mail, decoded. */
export interface Message {
  /** `<id@host>`, or null where it has none. */
  readonly id: string | null;
  readonly from: string;
  /** ISO instant, or null where its date is none. */
  readonly date: string | null;
  readonly subject: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  /** Whom it went to: the headers that are the same in every archive. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** The text, line by line as it was written. */
  readonly text: string;
  /** What is attached. */
  readonly files: readonly MailFile[];
  /** What the mail holds besides and nobody reads: that its text is in HTML alone. */
  readonly unread: readonly string[];
}

/** Headers that a mail may be told by; a file with none of them is no mail. */
const TELLING = /^(From|Date|Subject|Message-ID|Received|Return-Path):/im;
const KEPT = ['To', 'Cc', 'Reply-To'];
const LONGEST_HEADER = 4000;

/** Whether a text begins with headers, at least one of which a mail may be told by. */
export function looksLikeMail(head: string): boolean {
  const headers = firstBlock(head);
  return TELLING.test(headers) && /^[!-9;-~]+:[ \t]/m.test(headers);
}

/** Whether headers say who wrote, and what or when: no log begins so. */
export function hasSender(head: string): boolean {
  const headers = firstBlock(head);
  return /^From:[ \t]/im.test(headers) && /^(?:Date|Subject|Message-ID):/im.test(headers);
}

/** Whether the first headers have a message-id. */
export function namesMail(head: string): boolean {
  return /^Message-ID:/im.test(firstBlock(head));
}

function firstBlock(head: string): string {
  return head.slice(0, Math.max(0, head.search(/\r?\n\r?\n/)) || undefined);
}

/**
 * Decodes a message. One that is plain text in a usual charset is decoded here, others by mailparser, without
 * `format=flowed`: readers join its lines, and trailers and commands are lines. Pipermail writes `user at host (Name)`; that
 * is undone.
 */
export async function decode(raw: Buffer, { head, body }: Parted): Promise<Message> {
  const headers = readHeaders(head);
  const plain = plainText(headers, body);
  const { text, files, unread } =
    plain === null ? await mailParts(raw) : { text: plain, files: [], unread: [] };
  const header = (name: string) => headers.get(name.toLowerCase()) ?? '';
  const references = [...header('References').matchAll(/<([^<>\s]+)>/g)].map((match) => `<${match[1]!}>`);
  return {
    id: idOf(header('Message-ID')),
    from: unmangled(decodeWords(header('From'))) || 'unknown',
    date: readDate(header('Date')),
    subject: decodeWords(header('Subject')).trim(),
    inReplyTo: idOf(header('In-Reply-To')),
    references: references.filter((id) => id.length <= 502),
    headers: KEPT.flatMap((name) => {
      const value = decodeWords(header(name)).slice(0, LONGEST_HEADER);
      return value === '' ? [] : [{ name, value }];
    }),
    text: (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).trimEnd(),
    files,
    unread,
  };
}

/** The text of a mail of one part, in a charset and an encoding that need no library; null for any other. */
function plainText(headers: Headers, body: Buffer): string | null {
  const type = headers.get('content-type') ?? '';
  if (type !== '' && !/^text\/plain\s*(?:;|$)/i.test(type)) return null;
  if (/^attachment/i.test(headers.get('content-disposition') ?? '')) return null;
  const charset = /;\s*charset\s*=\s*"?([\w.:+-]+)/i.exec(type)?.[1] ?? '';
  switch ((headers.get('content-transfer-encoding') ?? '').trim().toLowerCase()) {
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
      return decodeCharset(body, charset);
    case 'quoted-printable':
      return decodeCharset(Buffer.from(quotedPrintable(body.toString('latin1')), 'latin1'), charset);
    case 'base64':
      return decodeCharset(Buffer.from(body.toString('latin1'), 'base64'), charset);
    default:
      return null;
  }
}

/** A message-id in its brackets; null where there is none that can be cited. */
function idOf(text: string): string | null {
  const found = /<([^<>\s]+)>/.exec(text)?.[1] ?? /^\s*([^<>\s][^<>\s@]*@[^<>\s]+)\s*$/.exec(text)?.[1];
  return found === undefined || found.length > 500 ? null : `<${found}>`;
}

function unmangled(from: string): string {
  const mangled = /^"?([^\s"@]+) at ([^\s"()@]+)"?\s*(?:<>\s*)?(?:\((.*)\))?$/.exec(from.trim());
  return mangled ? `${mangled[3] ?? ''} <${mangled[1]!}@${mangled[2]!}>`.trim() : from.trim();
}
