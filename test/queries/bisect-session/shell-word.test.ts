import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoted } from '../../../queries/bisect-session/shell-word.ts';
import { safeText } from '../../../cli/output/safe-text.ts';

/** What a shell makes of a line: the arguments that a command in it gets. */
function argumentsOf(line: string): string[] {
  const script = `set -- ${line}\nprintf '%s\\0' "$@"\n`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

const HOSTILE = [
  '\n',
  '\r',
  '\t',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u202e',
  '\u2028',
  "'",
  '"',
  '\\',
  '!',
  '$',
];
const character = fc.oneof(
  fc.constantFrom(...HOSTILE, '`', '(', ')', ';', '&', '|', '#', '~', '=', '-', '*', ' ', '7', 'ä', '😀'),
  fc.integer({ min: 1, max: 0x9f }).map((code) => String.fromCodePoint(code)),
);
const words = fc.array(fc.string({ unit: character, maxLength: 12 }), { minLength: 1, maxLength: 6 });

describe('a word in a command that is to be pasted', () => {
  it('is the same word to a shell, whatever is in it, and on one line that a terminal may show', () => {
    fc.assert(
      fc.property(words, (each) => {
        const line = each.map(quoted).join(' ');
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(safeText(line)).toBe(line);
        expect(argumentsOf(line)).toEqual(each);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps each control character, also before a digit', () => {
    const each = Array.from({ length: 0x9f }, (_, i) => `a${String.fromCodePoint(i + 1)}7`);
    expect(argumentsOf(each.map(quoted).join(' '))).toEqual(each);
  });

  it('is left as it is where it can be', () => {
    expect(['v6.18-rc1', 'mm/slab.c', 'a b', "it's"].map(quoted)).toEqual([
      'v6.18-rc1',
      'mm/slab.c',
      "'a b'",
      "'it'\\''s'",
    ]);
    expect(quoted('two\nlines')).toBe("$'two\\012lines'");
    expect(quoted('=ls')).toBe("'=ls'");
  });
});
