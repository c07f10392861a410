import { isDigit, stampEnd } from './printk-prefix.ts';
import { BLANK, LESS, OPEN_BRACKET } from '../source/characters.ts';

/**
 * A fast filter for the lines of a console, before prefixes are removed: nearly all lines of a boot are irrelevant, and removing the
 * prefixes of all of them takes much longer than reading them.
 */
export class Skimmer {
  /** 1 for the first two characters of lines that are asked for. */
  private readonly starts = new Uint8Array(1 << 14);

  /** `starts`: how the lines begin that are asked for, two characters or more. */
  constructor(starts: readonly string[]) {
    for (const start of starts) this.starts[firstTwo(start, 0)] = 1;
  }

  /**
   * Whether a line may be relevant: it begins like a relevant line, or has a prefix other than the kernel's time stamp, or another
   * message begins inside it. `stamp`: the offset of the text after the time stamp, if it is known.
   */
  isWorthwhile(raw: string, stamp = stampEnd(raw)): boolean {
    const at = afterStamp(raw, stamp);
    if (at === -1) return true;
    const inside = raw.indexOf('[', at + 1);
    if (inside !== -1 && mayBeStamp(raw, inside)) return true;
    return this.starts[firstTwo(raw, at)] === 1;
  }
}

/** Two characters as a number; a character beyond ASCII is taken for one of it. */
function firstTwo(text: string, at: number): number {
  return ((text.charCodeAt(at) & 127) << 7) | (text.charCodeAt(at + 1) & 127);
}

/** Any `[` before a number: a look is cheap, and the rest is for the rules. */
function mayBeStamp(raw: string, at: number): boolean {
  for (let from = at; from !== -1; from = raw.indexOf('[', from + 1)) {
    const next = raw.charCodeAt(from + 1);
    if (next === BLANK || isDigit(next)) return true;
  }
  return false;
}

/** Where the text begins behind the kernel's time stamp; 0 where no prefix can be; -1 where another may be. */
function afterStamp(raw: string, stamp: number): number {
  if (stamp > 0) return stamp;
  const first = raw.charCodeAt(0);
  return first !== LESS && first !== OPEN_BRACKET && isPlain(raw) ? 0 : -1;
}

/** A line without a prefix: all of them begin with `[`, `<`, a letter or a digit, or hide behind an escape. */
function isPlain(raw: string): boolean {
  const first = raw.charCodeAt(0);
  if (first < BLANK || isDigit(first)) return false;
  const letter = first | 32;
  if (letter < 97 || letter > 122) return true;
  // `Nov 23 12:00:00 host kernel: `
  if (raw.charCodeAt(3) === BLANK && isDigit(raw.charCodeAt(5))) return false;
  const kernel = raw.indexOf('kernel: ');
  return kernel === -1 || kernel > 80;
}
