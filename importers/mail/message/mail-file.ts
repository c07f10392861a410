import { CR } from '../../source/characters.ts';
import { memberName } from '../../source/member.ts';

/** A file that came with a mail. */
export interface MailFile {
  /** As the mail calls it, fit to be shown; its type where it has no name. */
  readonly name: string;
  readonly content: Buffer;
}

const LONGEST_NAME = 100;

/** @param isText its bytes were lines on their way: they end as the carrier's do, with CR LF in one archive and with LF in the next. */
export function mailFile(name: string, content: Buffer, isText: boolean): MailFile {
  return {
    name: memberName(name).slice(0, LONGEST_NAME),
    content: isText ? withPlainEnds(content) : content,
  };
}

function withPlainEnds(content: Buffer): Buffer {
  if (!content.includes(CR)) return content;
  return Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}
