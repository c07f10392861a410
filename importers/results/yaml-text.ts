import { parse } from 'yaml';

/** Deeper than any file of a CI. The parser recurses, and far down it takes the whole program with it. */
const DEEPEST = 100;
export const TOO_DEEP = `nested more than ${DEEPEST} deep`;

/**
 * Parses YAML from outside. What is nested beyond any use is refused before the parser sees it: ten thousand brackets
 * would end the process.
 *
 * @throws Error when it is no YAML, or nested too deeply.
 */
export function parseYamlText(text: string, maxAliasCount = 0): unknown {
  const line = deepLineOf(text);
  if (line !== null) throw new Error(`${TOO_DEEP}, in line ${line}`);
  // Errors with a picture of the place cost the length of the text each.
  return parse(text, { maxAliasCount, logLevel: 'error', prettyErrors: false });
}

/**
 * Finds the line in which a text is nested beyond any use, for readers that need more of a document than its value; null
 * where it is not. Judged by brackets, indentation and dashes, quoted or not: such a text is refused, never misread.
 */
export function deepLineOf(text: string): number | null {
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '[' || letter === '{') {
      if (++depth > DEEPEST) return lineAt(at);
    } else if ((letter === ']' || letter === '}') && depth > 0) depth--;
  }
  const deep = DEEP_LINE.exec(text);
  return deep ? lineAt(deep.index) : null;
}

const DEEP_LINE = new RegExp(`^(?: {${DEEPEST * 4}}|(?: *[-?:] +){${DEEPEST}})`, 'm');
