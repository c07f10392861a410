import { isObject } from '../results/json-shape.ts';

/**
 * The part of JSON Schema that KCIDB's rules need. `noNul` and `longest` (in characters) stand for a pattern and for `maxLength`, which
 * would scan each log character by character. A record allows no other fields than it names. A validator that is compiled from a schema
 * takes 60 ms to load, a third of the time for 500 submissions; a test compares these checks with one.
 */
export type Shape =
  | {
      readonly type: 'string';
      readonly pattern?: string;
      readonly noNul?: true;
      readonly longest?: number;
    }
  | { readonly type: 'boolean' | 'number' | 'object' }
  | { readonly type: 'integer'; readonly minimum: number }
  | { readonly enum: readonly string[] }
  | { readonly type: 'array'; readonly items: Shape }
  | {
      readonly type: 'object';
      readonly additionalProperties: false;
      readonly required: readonly string[];
      readonly properties: Readonly<Record<string, Shape>>;
    };

/** Tells whether a value has a shape. */
export type Fits = (value: unknown) => boolean;

/** What does not fit, and the path to it: names and indexes. */
export interface Misfit {
  readonly path: readonly string[];
  readonly says: string;
}

/** Makes the fast check of a shape, which is enough for a valid object. */
export function fitting(shape: Shape): Fits {
  if ('enum' in shape) {
    const allowed = new Set<unknown>(shape.enum);
    return (value) => allowed.has(value);
  }
  if ('items' in shape) {
    const item = fitting(shape.items);
    return (value) => Array.isArray(value) && value.every(item);
  }
  if ('properties' in shape) return fittingRecord(shape);
  switch (shape.type) {
    case 'string':
      return fittingText(shape);
    case 'integer':
      return (value) => Number.isInteger(value) && (value as number) >= shape.minimum;
    case 'number':
      return (value) => Number.isFinite(value);
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'object':
      return isObject;
  }
}

/** A longer text is not remembered for the next object: a hostile one would stay in memory. */
const LONGEST_REMEMBERED = 500;

function fittingText({ pattern, noNul, longest = Infinity }: Extract<Shape, { type: 'string' }>): Fits {
  const form = pattern === undefined ? null : new RegExp(pattern, 'u');
  const fits = (value: string) =>
    (form === null || form.test(value)) &&
    (noNul === undefined || !value.includes('\0')) &&
    !isLonger(value, longest);
  if (form === null) return (value) => typeof value === 'string' && fits(value);
  // Tests often have the build and the origin of the test before: comparing costs less than matching again.
  let last: string | null = null;
  return (value) => {
    if (typeof value !== 'string') return false;
    if (value === last) return true;
    if (!fits(value)) return false;
    if (value.length <= LONGEST_REMEMBERED) last = value;
    return true;
  };
}

interface Field {
  readonly name: string;
  readonly fits: Fits;
  readonly isRequired: boolean;
}

function fittingRecord({ properties, required }: Extract<Shape, { properties: object }>): Fits {
  const fields = new Map<string, Field>(
    Object.entries(properties).map(([name, shape]) => [
      name,
      { name, fits: fitting(shape), isRequired: required.includes(name) },
    ]),
  );
  // One pass over the fields, for speed: there may be millions of objects. Most have the fields of the one before, in its order.
  const usual: (Field | undefined)[] = [];
  return (value) => {
    if (!isObject(value)) return false;
    let missing = required.length;
    let at = 0;
    for (const name in value) {
      let field = usual[at];
      if (field?.name !== name) {
        field = fields.get(name);
        if (field === undefined) return false;
        usual[at] = field;
      }
      if (!field.fits(value[name])) return false;
      if (field.isRequired) missing--;
      at++;
    }
    return missing === 0;
  };
}

/** UTF-16 has at most two units a character, so that most texts need no count. */
function isLonger(text: string, most: number): boolean {
  return text.length > most && Array.from(text).length > most;
}

/** Finds the first thing that does not fit, in the order in which validators of JSON Schema look; null where all fits. */
export function misfitOf(shape: Shape, value: unknown): Misfit | null {
  const here = (says: string): Misfit => ({ path: [], says });
  const below = (name: string, part: Shape, of: unknown): Misfit | null => {
    const found = misfitOf(part, of);
    return found && { path: [name, ...found.path], says: found.says };
  };
  if (fitting(shape)(value)) return null;
  if ('enum' in shape) return here(`it is none of ${shape.enum.join(', ')}`);
  if ('items' in shape) {
    if (!Array.isArray(value)) return here('must be array');
    return first(value, (item, index) => below(String(index), shape.items, item));
  }
  if ('properties' in shape) {
    if (!isObject(value)) return here('must be object');
    const missing = shape.required.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) return here(`it has no "${missing}"`);
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(shape.properties, name));
    if (unknown !== undefined) return here(`"${unknown}" is no field of it`);
    return first(Object.entries(shape.properties), ([name, part]) =>
      Object.hasOwn(value, name) ? below(name, part, value[name]) : null,
    );
  }
  if (shape.type === 'integer')
    return here(Number.isInteger(value) ? `must be >= ${shape.minimum}` : 'must be integer');
  if (shape.type !== 'string' || typeof value !== 'string') return here(`must be ${shape.type}`);
  if (shape.pattern !== undefined && !new RegExp(shape.pattern, 'u').test(value))
    return here(`must match pattern "${shape.pattern}"`);
  if (shape.noNul === true && value.includes('\0')) return here('it holds a NUL character');
  return here(`it is longer than ${shape.longest ?? Infinity} characters`);
}

function first<T>(items: readonly T[], look: (item: T, index: number) => Misfit | null): Misfit | null {
  for (const [index, item] of items.entries()) {
    const found = look(item, index);
    if (found) return found;
  }
  return null;
}
