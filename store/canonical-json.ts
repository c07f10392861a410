import { UNSEEN } from './unseen-characters.ts';

/** A value that JSON can hold without loss. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Writes a value as JSON with its keys sorted by code unit and no white space, so that equal content has
 * equal bytes whoever wrote it and in whatever order. Identities are hashes over this form.
 *
 * @throws TypeError for what JSON cannot hold (undefined, NaN, Infinity, functions, bigint), because dropping it
 *   in silence would give two different contents one identity.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
    return String(Object.is(value, -0) ? 0 : value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  // Joined, not concatenated: concatenation builds a rope string that has to be flattened later.
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    let text = '{';
    for (const key of sorted(Object.keys(value))) {
      const item = canonicalJson((value as Record<string, unknown>)[key]);
      text += text === '{' ? `${quote(key)}:${item}` : `,${quote(key)}:${item}`;
    }
    return `${text}}`;
  }
  throw new TypeError(`a ${typeof value} has no JSON form`);
}

const PLAIN = /^[ !#-[\]-~]*$/;
/** For longer texts the native writer is faster than a pattern. */
const SHORT = 64;

// There may be millions of results; most texts are short and have nothing to escape.
function quote(text: string): string {
  return text.length <= SHORT && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Sorts a few keys in place, by code unit. */
function sorted(keys: string[]): string[] {
  if (keys.length > 16) return keys.sort();
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i]!;
    let at = i;
    for (; at > 0 && keys[at - 1]! > key; at--) keys[at] = keys[at - 1]!;
    keys[at] = key;
  }
  return keys;
}

const HIDDEN = new RegExp(`[${UNSEEN}]`, 'gu');

/** Escapes in a text of JSON the control characters that JSON allows but a terminal would obey, as `\u…`: the value stays the same. */
export function visibleJson(json: string): string {
  return json.replace(HIDDEN, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
