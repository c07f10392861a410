import { BLANK, HASH, TAB } from '../source/characters.ts';

/** Depth of a line: `# ` counts more than any indentation. */
export const HASH_DEPTH = 1000;
/** The depth of a program's output whose runner puts no `# ` before it: below the runner's lines, above nested ones. */
export const PLAIN_DEPTH = 500;

/** The nesting of a line. */
export interface Nesting {
  /** The number of `# ` before the text. */
  readonly hashes: number;
  /** Columns of indentation after them, a tab going to the next multiple of 8. */
  readonly indent: number;
  readonly body: string;
}

/** Reads how deep a line is nested: kselftest puts `# ` before it, KUnit and TAP indent it. */
export function nestingOf(text: string): Nesting {
  const reader = new NestingReader();
  const body = reader.read(text);
  const { hashes, indent } = reader;
  return { hashes, indent, body };
}

/** The same for line after line, without an object for each. */
export class NestingReader {
  hashes = 0;
  indent = 0;

  /** Reads a line; gives its text behind what nests it. */
  read(text: string): string {
    let hashes = 0;
    let indent = 0;
    let at = 0;
    for (; at < text.length; at++) {
      const letter = text.charCodeAt(at);
      if (letter === BLANK) indent++;
      else if (letter === TAB) indent += 8 - (indent % 8);
      else if (letter === HASH && isBlank(text.charCodeAt(at + 1))) {
        hashes++;
        indent = 0;
        at++;
      } else break;
    }
    this.hashes = hashes;
    this.indent = indent;
    return at === 0 ? text : text.slice(at);
  }

  get depth(): number {
    return depthOf(this.hashes, this.indent);
  }
}

function isBlank(letter: number): boolean {
  return letter === BLANK || letter === TAB;
}

/** The depth of a line as one number. */
export function depthOf(hashes: number, indent: number): number {
  return hashes * HASH_DEPTH + Math.min(indent, PLAIN_DEPTH - 1);
}
