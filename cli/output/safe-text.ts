import { CONTROL_OR_UNSEEN } from '../../store/unseen-characters.ts';

const HIDDEN = new RegExp(`[${CONTROL_OR_UNSEEN}]`, 'gu');

/**
 * Makes a text from outside safe for a terminal: control characters, escape sequences and characters that turn the
 * direction of writing are shown as `\u{…}` and never sent. Tabs and line ends become blanks.
 */
export function safeText(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ').replace(HIDDEN, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}

/** Cuts a text to a width, with an ellipsis. */
export function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Breaks a text into lines of at most this width, at blanks where there are any. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width - indent.length) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((l, i) => (i === 0 ? l : indent + l)).join('\n');
}
