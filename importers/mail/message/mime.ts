import type { Attachment } from 'mailparser';
import { mailFile, type MailFile } from './mail-file.ts';
import { namedInline } from './named-inline.ts';

/** A mail of several parts, taken apart. */
export interface MailParts {
  readonly text: string;
  readonly files: readonly MailFile[];
  /** What nobody reads: that its text is in HTML alone. */
  readonly unread: readonly string[];
}

/** Proves who wrote, and says nothing. */
const SIGNATURE = /^application\/(?:pgp-signature|pgp-keys|(?:x-)?pkcs7-signature)$/i;

/**
 * Takes a mail of several parts apart: its text, and what is attached to it. A mail that was forwarded whole is attached, and no part
 * of the text: somebody else wrote it.
 *
 * @throws Error where it has more parts than any mail.
 */
export async function mailParts(raw: Buffer): Promise<MailParts> {
  // It takes longer to load than most imports take, and most mails are plain text.
  const { simpleParser } = await import('mailparser');
  const flowed = raw.toString('latin1').replace(/;\s*(?:format=["']?flowed["']?|delsp=["']?\w+["']?)/gi, '');
  const mail = await simpleParser(Buffer.from(flowed, 'latin1'), {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
    ignoreEmbedded: true,
  });
  const text = mail.text ?? '';
  const files = mail.attachments.filter((each) => !SIGNATURE.test(each.contentType)).map(fileOf);
  const onlyHtml = text.trim() === '' && typeof mail.html === 'string';
  return {
    text,
    files: [...files, ...namedInline(raw.toString('latin1'))],
    unread: onlyHtml ? ['its text, which is in HTML alone'] : [],
  };
}

function fileOf({ filename, contentType, content, headers }: Attachment): MailFile {
  const encoding = headers.get('content-transfer-encoding');
  const isText = typeof encoding !== 'string' || !/^\s*base64/i.test(encoding);
  return mailFile(filename ?? contentType, content, isText);
}
