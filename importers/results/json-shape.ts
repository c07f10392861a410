/** Small checks on parsed JSON or YAML of unknown shape. */
import { endOfString } from './json-string.ts';

/** An object with fields, in the wide sense of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Tells an object from lists, scalars and nothing. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that is not empty, or a number written out; LAVA writes `None` where it has nothing to say. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' && value !== 'None' ? value : undefined;
}

/** The first of some fields that holds a text. */
export function firstText(object: JsonObject, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = Object.hasOwn(object, key) ? textOf(object[key]) : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
}

/** A piece of a file as an excerpt shows it, cut to a length. */
export function excerptOf(value: unknown, longest = 1000): string {
  try {
    return (JSON.stringify(value) as string | undefined)?.slice(0, longest) ?? '';
  } catch (error) {
    // What is read in a loop is written by recursion: a text may be nested deeper than the stack is.
    if (error instanceof RangeError) return 'nested too deeply to be shown';
    throw error;
  }
}

/** A pointer into JSON (RFC 6901). */
export function pointer(...path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * Finds names that an object of a JSON text holds twice: a parser keeps the last one in silence.
 *
 * @param deepest objects nested deeper than this are not looked at; 1 is the outermost
 */
export function repeatedKeys(json: string, deepest: number): readonly string[] {
  const repeated: string[] = [];
  const open: (Set<string> | null)[] = [];
  const next = /["{}[\]]/g;
  for (let match = next.exec(json); match !== null; match = next.exec(json)) {
    const [sign] = match;
    if (sign === '{') open.push(open.length < deepest ? new Set() : null);
    else if (sign === '[') open.push(null);
    else if (sign !== '"') open.pop();
    else {
      const end = endOfString(json, match.index);
      next.lastIndex = end;
      const keys = open.at(-1);
      const colon = /\s*:/y;
      colon.lastIndex = end;
      if (!keys || !colon.test(json)) continue;
      const key = json.slice(match.index + 1, end - 1);
      if (keys.has(key)) repeated.push(key);
      keys.add(key);
    }
  }
  return repeated;
}
