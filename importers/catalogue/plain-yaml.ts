import { isAlias, isMap, isNode, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { deepLineOf, holdsTooMany, TOO_DEEP, TOO_MANY } from '../results/yaml-text.ts';
import { isObject, type JsonObject } from '../results/json-shape.ts';

/** What aliases and merge keys may make of one file; the largest of KernelCI's comes to five thousand. */
const MOST_VALUES = 500_000;

/**
 * Reads YAML with anchors and merge keys (`<<`) into plain values. The library's own conversion looks for an alias through
 * the whole document each time, which takes seconds for the catalogues of a CI: they are made of aliases. An alias is the
 * value itself, not a copy; but what is made of it is written out, and a file that would be too long so is refused.
 *
 * @throws Error with line and column where it is no YAML, or nested too deeply; and when its aliases make too much of it.
 */
export function plainYaml(text: string): unknown {
  if (holdsTooMany(text)) throw new Error(TOO_MANY);
  const line = deepLineOf(text);
  if (line !== null) throw new Error(`${TOO_DEEP}, in line ${line}`);
  // A name that stands twice means its last value, as to the reader that the CIs themselves use.
  const document = parseDocument(text, { logLevel: 'error', uniqueKeys: false });
  const wrong = document.errors[0];
  if (wrong) throw new Error(wrong.message.split('\n')[0]);
  const anchors = new Map<string, { readonly worth: unknown; readonly values: number }>();
  /** Names of what is being read. */
  const open = new Set<string>();
  /** Values in what was read so far, with all that aliases stand for. */
  let values = 0;
  const grow = (by: number): void => {
    values += by;
    if (values > MOST_VALUES) throw new Error(`its aliases make more than ${MOST_VALUES} values of it`);
  };
  const walk = (node: unknown): unknown => {
    if (isAlias(node)) {
      // What is called so is not at its end yet: it says nothing of itself.
      if (open.has(node.source)) return null;
      const found = anchors.get(node.source);
      if (found === undefined) throw new Error(`nothing before it is called "${node.source}"`);
      grow(found.values);
      return found.worth;
    }
    const before = values;
    const name = isNode(node) && 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : null;
    grow(1);
    if (name !== null) open.add(name);
    const worth = isMap(node)
      ? mapping(node)
      : isSeq(node)
        ? node.items.map(walk)
        : isScalar(node)
          ? node.value
          : null;
    if (name !== null) {
      anchors.set(name, { worth, values: values - before });
      open.delete(name);
    }
    return worth;
  };
  const mapping = (node: YAMLMap): JsonObject => {
    const made: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const merged: unknown[] = [];
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : null;
      const worth = walk(value);
      if (name === '<<')
        for (const one of Array.isArray(worth) ? (worth as unknown[]) : [worth]) merged.push(one);
      else if (name !== null) made[name] = worth;
    }
    for (const one of merged)
      if (isObject(one))
        for (const [name, worth] of Object.entries(one)) if (!(name in made)) made[name] = worth;
    return made;
  };
  return walk(document.contents);
}

/** The texts of a value that may be one text or a list of them. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value === 'number') return [String(value)];
  return Array.isArray(value) ? value.flatMap((one) => (Array.isArray(one) ? [] : textsOf(one))) : [];
}

/** What is wrong with a file of a CI where it is no mapping, or a section of it is of another kind; null where nothing is. */
export function wrongKind(content: unknown, section: string, kind: 'mapping' | 'list'): string | null {
  if (content === null || content === undefined) return null;
  if (!isObject(content)) return 'it is no mapping';
  const worth = content[section];
  if (worth === null || worth === undefined) return null;
  const right = kind === 'list' ? Array.isArray(worth) : isObject(worth);
  return right ? null : `${section} is no ${kind}`;
}
