import { isDigit, stampEnd } from './printk-prefix.ts';
import { BLANK, CAPITAL_A, CAPITAL_Z, COLON, LESS, OPEN_BRACKET } from '../source/characters.ts';

/** Removes from the lines of a log what is not their text: colours, time stamps, console and syslog prefixes. */

// CSI (colours), OSC (titles), character sets and other two-byte escapes. A serial console also loses the ESC itself.
const ESCAPES =
  /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[()*+#%][A-Za-z0-9]|[ -/]*[0-~])/g;
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F]/g;

/** What a console server, a CI or syslog puts before a line. */
const PREFIXES = [
  // A console server or a CI: 2026-04-22T10:00:19.123456Z and a blank or two; the journal: host and program[1] follow.
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]? {0,2}(?:[\w.-]+ [\w./-]+\[\d+\]: )?/,
  // The same without a day.
  /^\d\d:\d\d:\d\d(?:[.,]\d{1,9})? {1,2}/,
  // syslog: Nov 23 12:00:00 host kernel: text
  /^(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [\w./-]+(?:\[\d+\])?: /,
  // syslog after an ISO time: host kernel: text
  /^[\w.-]+ kernel: /,
  /^kernel: /,
];
/** What dmesg puts there: `[Wed Apr 22 10:00:19 2026] ` (-T), `kern  :info  : ` (-x). */
const OF_DMESG =
  /^(?:\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\] ?|[a-z]+\d? *:(?:emerg|alert|crit|err|warn|notice|info|debug) *: )/;
/** The prefix of a kernel message that was printed in the middle of another line. */
const INSIDE = /(?:<\d{1,3}>)?\[ *\d+\.\d{6}\](?: ?\[ *[TC]\d+\])? /;

export interface CleanLine {
  readonly text: string;
  /** Whether the kernel's time stamp stood before it. */
  readonly kernel: boolean;
}

const NOTHING: readonly CleanLine[] = [{ text: '', kernel: false }];

/**
 * Gives the text of a line; two texts where a message of the kernel was printed in the middle of it.
 *
 * @param hasControls False where it is known that no control character is in it.
 */
export function cleanLine(raw: string, hasControls = true): readonly CleanLine[] {
  let text = hasControls ? raw.replace(ESCAPES, '').replace(CONTROLS, '') : raw;
  // LAVA repeats results as signals, which cannot hold blanks in names: only the results themselves are read.
  const signal = text.includes('<') ? text.indexOf('<LAVA_SIGNAL_') : -1;
  if (signal === 0) return NOTHING;
  if (signal !== -1) text = text.slice(0, signal);
  let kernel = false;
  for (let round = 0; round < 4; round++) {
    const before = text;
    const stamp = stampEnd(text);
    if (stamp > 0) {
      text = text.slice(stamp);
      kernel = true;
    }
    if (mayHavePrefix(text)) {
      for (const prefix of PREFIXES) text = withoutPrefix(text, prefix);
      const bare = withoutPrefix(text, OF_DMESG);
      if (bare !== text) kernel = true;
      text = bare;
    }
    if (text === before) break;
  }
  const inside = text.includes('[', 1) ? INSIDE.exec(text) : null;
  if (!inside) return [{ text, kernel }];
  return [
    { text: text.slice(0, inside.index), kernel },
    { text: text.slice(inside.index + inside[0].length), kernel: true },
  ];
}

/** Tells whether a line is nothing but its text: it has no prefix, and no other message inside it. */
export function isClean(raw: string, hasControls: boolean): boolean {
  return !hasControls && !raw.includes('<') && !raw.includes('[') && !mayHavePrefix(raw);
}

/** Tells by its beginning whether a line may have a prefix other than the kernel's time stamp. */
function mayHavePrefix(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === OPEN_BRACKET || first === LESS)
    return isDigit(text.charCodeAt(1)) || (isCapital(text.charCodeAt(1)) && text.charCodeAt(4) === BLANK);
  // `2026-04-22T10:00:19Z `, or a host's name that begins so.
  if (isDigit(first)) return true;
  // `Nov 23 12:00:00 host kernel: `
  if (isCapital(first) && text.charCodeAt(3) === BLANK) return true;
  // `kern  :info  : `
  if (text.charCodeAt(6) === COLON && text.charCodeAt(13) === COLON) return true;
  return text.startsWith('kernel: ') || text.startsWith('kernel: ', text.indexOf(' ') + 1);
}

function isCapital(letter: number): boolean {
  return letter >= CAPITAL_A && letter <= CAPITAL_Z;
}

function withoutPrefix(text: string, prefix: RegExp): string {
  const found = prefix.exec(text);
  return found === null ? text : text.slice(found[0].length);
}
