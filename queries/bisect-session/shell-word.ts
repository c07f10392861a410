import { CONTROL_OR_UNSEEN } from '../../store/unseen-characters.ts';

/** Words that every shell takes as they are; zsh replaces one that begins with `=`. */
const PLAIN = /^[A-Za-z0-9_./:,@%+][A-Za-z0-9_./:=,@%+-]*$/;
const UNSHOWN = new RegExp(`[${CONTROL_OR_UNSEEN}]`, 'u');
/** Within `$'…'`: what ends it, what escapes, what an interactive shell looks for in its history, and what is not shown. */
const ESCAPED = new RegExp(`[\\\\'!${CONTROL_OR_UNSEEN}]`, 'gu');

/**
 * Quotes a word for a shell where it needs it, on one line. A word with characters that are not shown (line ends, controls, what turns
 * the direction of writing) is written as bash, zsh and ksh read it, `$'…'` with the bytes of those characters in octal: however it is
 * pasted, it stays one word, and nothing of it is run.
 */
export function quoted(word: string): string {
  if (PLAIN.test(word)) return word;
  if (UNSHOWN.test(word)) return `$'${word.replace(ESCAPED, inOctal)}'`;
  return `'${word.replace(/'/g, `'\\''`)}'`;
}

/** Always three digits: a digit that follows belongs to the word. */
function inOctal(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
