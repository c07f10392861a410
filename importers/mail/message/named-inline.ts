import { quotedPrintable, readHeaders } from './headers.ts';
import { mailFile, type MailFile } from './mail-file.ts';

const BOUNDARY = /\bboundary\s*=\s*(?:"([^"\r\n]{1,100})"|([^\s;"]{1,100}))/gi;
const INLINE = /^inline\s*;.*?\bfilename\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i;
/** A mail has no more multiparts in multiparts, and no more parts. */
const MOST_BOUNDARIES = 20;
const MOST_PARTS = 1000;
const LONGEST_HEAD = 8192;

/**
 * Finds texts that stand in a mail under a name of their own (`Content-Disposition: inline; filename=dmesg.txt`), as some mailers attach
 * logs: they are part of what the mail says, and a file as well.
 *
 * @param raw The mail, a character a byte.
 */
export function namedInline(raw: string): readonly MailFile[] {
  if (!/^Content-Disposition:\s*inline\s*;/im.test(raw)) return [];
  const boundaries = new Set<string>();
  for (const [, quoted, plain] of raw.matchAll(BOUNDARY)) {
    boundaries.add((quoted ?? plain)!);
    if (boundaries.size >= MOST_BOUNDARIES) break;
  }
  const files: MailFile[] = [];
  for (const boundary of boundaries)
    for (const part of raw.split(`\n--${boundary}`, MOST_PARTS + 1).slice(1)) {
      const file = fileIn(part);
      if (file) files.push(file);
    }
  return files;
}

/** The text with a name that a part is; null where it is none. */
function fileIn(part: string): MailFile | null {
  const head = /^[^\n]{0,10}\n(.*?\n)\r?\n/s.exec(part.slice(0, LONGEST_HEAD));
  if (head === null) return null;
  const headers = readHeaders(head[1]!);
  const [, quoted, plain] = INLINE.exec(headers.get('content-disposition') ?? '') ?? [];
  const name = quoted ?? plain;
  const type = headers.get('content-type') ?? 'text/plain';
  if (name === undefined || !/^text\/(?!html)/i.test(type)) return null;
  const encoding = (headers.get('content-transfer-encoding') ?? '').trim().toLowerCase();
  // The last line end belongs to the boundary.
  const body = part.slice(head[0].length).replace(/\r$/, '');
  return mailFile(name, decoded(body, encoding), encoding !== 'base64');
}

function decoded(body: string, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  return Buffer.from(encoding === 'quoted-printable' ? quotedPrintable(body) : body, 'latin1');
}
