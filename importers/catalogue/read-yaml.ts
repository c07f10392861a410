import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { deepLineOf, TOO_DEEP } from '../results/yaml-text.ts';

/**
 * Reads YAML with anchors and merge keys (`<<`) into plain values. The library's own conversion looks for an alias through
 * the whole document each time, which takes seconds for the catalogues of a CI: they are made of aliases. An alias is the
 * value itself, not a copy, so that aliases of aliases cannot grow.
 *
 * @throws Error with line and column where it is no YAML, or nested too deeply.
 */
export function readYaml(text: string): unknown {
  const line = deepLineOf(text);
  if (line !== null) throw new Error(`${TOO_DEEP}, in line ${line}`);
  // A name that stands twice means its last value, as to the reader that the CIs themselves use.
  const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false });
  const wrong = document.errors[0];
  if (wrong) throw new Error(wrong.message.split('\n')[0]);
  const anchors = new Map<string, unknown>();
  const walk = (node: unknown): unknown => {
    if (isAlias(node)) return anchors.get(node.source) ?? null;
    if (isMap(node)) {
      const made: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      if (node.anchor !== undefined) anchors.set(node.anchor, made);
      const merged: unknown[] = [];
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : null;
        const worth = walk(value);
        if (name === '<<') merged.push(...(Array.isArray(worth) ? (worth as unknown[]) : [worth]));
        else if (name !== null) made[name] = worth;
      }
      for (const one of merged)
        if (isFields(one))
          for (const [name, worth] of Object.entries(one)) if (!(name in made)) made[name] = worth;
      return made;
    }
    if (isSeq(node)) {
      const made: unknown[] = [];
      if (node.anchor !== undefined) anchors.set(node.anchor, made);
      for (const item of node.items) made.push(walk(item));
      return made;
    }
    if (!isScalar(node)) return null;
    if (node.anchor !== undefined) anchors.set(node.anchor, node.value);
    return node.value;
  };
  return walk(document.contents);
}

/** A mapping of YAML. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value of YAML is a mapping. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The texts of a value that may be one text or a list of them. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value === 'number') return [String(value)];
  return Array.isArray(value) ? value.flatMap((one) => (Array.isArray(one) ? [] : textsOf(one))) : [];
}
