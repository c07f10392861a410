import { simpleParser } from 'mailparser';

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
  /** The text, line by line as it was written. */
  readonly text: string;
}

/** Headers that a mail may be told by; a file with none of them is no mail. */
const TELLING = /^(From|Date|Subject|Message-ID|Received|Return-Path):/im;

export function looksLikeMail(head: string): boolean {
  const headers = head.slice(0, Math.max(0, head.search(/\r?\n\r?\n/)) || undefined);
  return TELLING.test(headers) && /^[!-9;-~]+:[ \t]/m.test(headers);
}

/**
 * Decodes a message. `format=flowed` is taken off first: readers join its lines, and trailers and commands are lines.
 * Pipermail writes `user at host (Name)`; that is undone.
 */
export async function decode(raw: Buffer): Promise<Message> {
  const text = raw.toString('latin1').replace(/;\s*(?:format=["']?flowed["']?|delsp=["']?\w+["']?)/gi, '');
  const mail = await simpleParser(Buffer.from(text, 'latin1'), {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
  });
  const headers = text
    .slice(0, Math.max(0, text.search(/\r?\n\r?\n/)) || undefined)
    .replace(/\r?\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(headers)?.[1]?.trim() ?? '';
  const plainFrom = header('From');
  const from =
    plainFrom.includes(' at ') && !plainFrom.includes('@') ? plainFrom : (mail.from?.text ?? plainFrom);
  const references = mail.references === undefined ? [] : [mail.references].flat();
  const date = header('Date') === '' ? undefined : mail.date;
  return {
    id: idOf(mail.messageId ?? header('Message-ID')),
    from: unmangled(from) || 'unknown',
    date: date === undefined || Number.isNaN(date.getTime()) || !isSane(date) ? null : date.toISOString(),
    subject: mail.subject ?? '',
    inReplyTo: idOf(mail.inReplyTo ?? header('In-Reply-To')),
    references: references.map(idOf).filter((id) => id !== null),
    text: (mail.text ?? '')
      .replace(/\r\n/g, '\n')
      .replace(/[ \t]+$/gm, '')
      .trimEnd(),
  };
}

function isSane(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 1970 && year <= 2100;
}

/** A message-id in its brackets; null where there is none that can be cited. */
function idOf(text: string): string | null {
  const found = /<([^<>\s]+)>/.exec(text)?.[1] ?? /^\s*([^<>\s]+@[^<>\s]+)\s*$/.exec(text)?.[1];
  return found === undefined || found.length > 500 ? null : `<${found}>`;
}

function unmangled(from: string): string {
  const mangled = /^"?([^\s"]+) at ([^\s"()]+)"?\s*(?:<>)?\s*(?:\((.*)\))?$/.exec(from.trim());
  return mangled ? `${mangled[3] ?? ''} <${mangled[1]!}@${mangled[2]!}>`.trim() : from.trim();
}
