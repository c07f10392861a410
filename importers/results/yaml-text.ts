import { parse } from 'yaml';

/** Deeper than any file of a CI. The parser recurses, and far down it takes the whole program with it. */
const DEEPEST = 100;

/**
 * Parses YAML from outside. What is nested beyond any use is refused before the parser sees it: ten thousand brackets
 * would end the process.
 *
 * @throws Error when it is no YAML, or nested too deeply.
 */
export function parseYamlText(text: string, maxAliasCount = 0): unknown {
  if (isTooDeep(text)) throw new Error(`nested more than ${DEEPEST} deep`);
  // Errors with a picture of the place cost the length of the text each.
  return parse(text, { maxAliasCount, logLevel: 'error', prettyErrors: false });
}

/** Judged by brackets, indentation and dashes, quoted or not: such a text is refused, never misread. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const char of text) {
    if (char === '[' || char === '{') {
      if (++depth > DEEPEST) return true;
    } else if ((char === ']' || char === '}') && depth > 0) depth--;
  }
  return DEEP_LINE.test(text);
}

const DEEP_LINE = new RegExp(`^(?: {${DEEPEST * 4}}|(?: *[-?:] +){${DEEPEST}})`, 'm');
