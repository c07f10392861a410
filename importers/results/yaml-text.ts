import { isAlias, isMap, isNode, isScalar, parseDocument, visit, type Document, type Node } from 'yaml';

/** Deeper than any file of a CI. The parser recurses, and far down it takes the whole program with it. */
const DEEPEST = 100;
export const TOO_DEEP = `nested more than ${DEEPEST} deep`;

/** Far more than any file of a CI has. A line of YAML takes some thousand bytes when it is held. */
const MOST_VALUES = 1_000_000;
export const TOO_MANY = `it has more than ${MOST_VALUES} values, and is read whole; cut it into several files`;

/** Tells a text that the parser, which holds all of it, would need too much memory for: by its lines, commas and brackets. */
export function holdsTooMany(text: string): boolean {
  if (text.length <= MOST_VALUES) return false;
  let count = 0;
  for (let at = 0; at < text.length && count <= MOST_VALUES; at++) {
    const letter = text[at];
    if (letter === '\n' || letter === ',' || letter === '[' || letter === '{') count++;
  }
  return count > MOST_VALUES;
}

/**
 * Parses YAML from outside. What is nested beyond any use is refused before the parser sees it: ten thousand brackets
 * would end the process.
 *
 * @throws Error when it is no YAML, nested too deeply, or too large to be held.
 */
export function parseYamlText(text: string, maxAliasCount = 0): unknown {
  if (holdsTooMany(text)) throw new Error(TOO_MANY);
  const line = deepLineOf(text);
  if (line !== null) throw new Error(`${TOO_DEEP}, in line ${line}`);
  // Errors with a picture of the place cost the length of the text each.
  const document = parseDocument(text, { logLevel: 'error', prettyErrors: false, uniqueKeys: false });
  const wrong = document.errors[0]?.message ?? faultsOf(document)[0]?.message;
  if (wrong !== undefined) throw new Error(wrong);
  return document.toJS({ maxAliasCount });
}

/** What is wrong with a document whose grammar is right, and the offset of it. */
export interface YamlFault {
  readonly offset: number;
  readonly message: string;
}

/**
 * Finds names that stand twice in a mapping, and aliases of nothing. The library finds them, too, but looks through the whole
 * mapping for each name and through the whole document for each alias: twenty thousand tests took eleven seconds. A
 * document is parsed with `uniqueKeys: false` for this.
 */
export function faultsOf(document: Document.Parsed): readonly YamlFault[] {
  const faults: YamlFault[] = [];
  const anchors = new Set<string>();
  const fault = (node: Node, message: string) => {
    faults.push({ offset: node.range?.[0] ?? 0, message });
  };
  visit(document, (_key, node) => {
    if (!isNode(node)) return;
    if (isAlias(node)) {
      if (!anchors.has(node.source))
        fault(node, `Unresolved alias (the anchor must be set before the alias): ${node.source}`);
      return;
    }
    if (node.anchor !== undefined) anchors.add(node.anchor);
    if (!isMap(node)) return;
    const names = new Set<unknown>();
    for (const { key } of node.items) {
      if (!isScalar(key)) continue;
      if (names.has(key.value)) fault(key, 'Map keys must be unique');
      names.add(key.value);
    }
  });
  return faults;
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

/** Blanks between two dashes belong to the one behind them: where either could take them, a line would be tried in every way. */
const DEEP_LINE = new RegExp(`^(?: {${DEEPEST * 4}}|(?: *[-?:](?= )){${DEEPEST}})`, 'm');
