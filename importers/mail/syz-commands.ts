import type { Message } from './message/message.ts';
import { isFromSyzbot, syzbotBug } from './reports/syzbot.ts';

/** One command to syzbot. */
export interface SyzCommand {
  /** `fix`, `dup`, `test`, … */
  readonly command: string;
  readonly argument: string;
  /** The bug that it is about: `syzbot:HASH`, or the mail that it answers; null where neither is said. */
  readonly about: string | null;
}

/** What stands for an argument in syzbot's own instructions, which people leave in their answers. */
const EXAMPLE =
  /^(?:exact-commit-title|exact-subject-of-another-report|new-subsystem|git:\/\/repo\/address\.git.*)$/;
const COMMAND = /(?:^|\n)#syz[ \t:-]\s*(\S+)/g;
const KNOWN = new Set([
  'dup',
  'fix',
  'invalid',
  'regenerate',
  'reject',
  'set',
  'test',
  'uncc',
  'undup',
  'unfix',
  'unreject',
  'unset',
  'upstream',
]);
/** Their argument may begin on the next line, where a mailer broke the line. */
const ON_A_LINE = new Set(['fix', 'dup', 'set', 'unset']);

/**
 * Finds the commands to syzbot in a mail, as syzbot's own code does (google/syzkaller, pkg/email): `#syz` begins a line of the
 * subject or of the text. The bug is the one whose address the mail goes to, or is told in the text.
 */
export function syzCommands(message: Message): readonly SyzCommand[] {
  const { text, subject, from, headers, inReplyTo } = message;
  if (!(text.includes('#syz') || subject.startsWith('#syz')) || isFromSyzbot(from)) return [];
  const whole = `${subject}\n${text}`;
  const addressed = headers.map((h) => syzbotBug(h.value)).find((bug) => bug !== undefined);
  const about = addressed ?? syzbotBug(text) ?? inReplyTo;
  const found: SyzCommand[] = [];
  for (const match of whole.matchAll(COMMAND)) {
    const command = match[1]!.replace(/:$/, '');
    if (!KNOWN.has(command)) continue;
    const rest = whole.slice(match.index + match[0].length);
    const argument = (ON_A_LINE.has(command) ? rest.trimStart() : rest).split('\n', 1)[0]!.trim();
    if (!EXAMPLE.test(argument)) found.push({ command, argument: argument.slice(0, 500), about });
  }
  return found;
}
