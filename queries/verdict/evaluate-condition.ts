import type { Condition } from '../../store/condition.ts';
import type { Scalar } from '../../store/events/fields.ts';

/** What a name or an expression is worth: a value, a version triple, or not known and why. */
export type Worth =
  | { readonly kind: 'value'; readonly value: Scalar }
  | { readonly kind: 'version'; readonly numbers: readonly number[] }
  | { readonly kind: 'unknown'; readonly why: string };

/** Looks a name up; null when the word is no name, and so stands for itself. */
export type Lookup = (name: string) => Worth | null;

const TRUE: Worth = { kind: 'value', value: true };
const FALSE: Worth = { kind: 'value', value: false };

/** Evaluates an expression with three values: what is not known stays so unless the rest decides without it. */
export function evaluate(condition: Condition, lookup: Lookup): Worth {
  switch (condition.kind) {
    case 'literal':
      return { kind: 'value', value: condition.value };
    case 'version':
      return { kind: 'version', numbers: condition.numbers };
    case 'name':
      return lookup(condition.name) ?? { kind: 'value', value: condition.name };
    case 'not': {
      const of = truth(evaluate(condition.of, lookup));
      return typeof of === 'boolean' ? bool(!of) : of;
    }
    case 'all':
    case 'any': {
      const decides = condition.kind === 'any';
      let open: Worth | null = null;
      for (const part of condition.of) {
        const worth = truth(evaluate(part, lookup));
        if (worth === decides) return bool(decides);
        if (typeof worth !== 'boolean') open ??= worth;
      }
      return open ?? bool(!decides);
    }
    case 'in': {
      const left = evaluate(condition.left, lookup);
      if (left.kind === 'unknown') return left;
      let open: Worth | null = null;
      for (const item of condition.values) {
        const right = evaluate(item, lookup);
        if (right.kind === 'unknown') open ??= right;
        else if (compare(left, right) === 0) return TRUE;
      }
      return open ?? FALSE;
    }
    case 'compare': {
      const [left, right] = [evaluate(condition.left, lookup), evaluate(condition.right, lookup)];
      if (left.kind === 'unknown') return left;
      if (right.kind === 'unknown') return right;
      const order = compare(left, right);
      switch (condition.op) {
        case '==':
          return bool(order === 0);
        case '!=':
          return bool(order !== 0);
        default:
          if (order === null) return { kind: 'unknown', why: 'the two sides cannot be ordered' };
          if (condition.op === '<') return bool(order < 0);
          if (condition.op === '<=') return bool(order <= 0);
          return bool(condition.op === '>' ? order > 0 : order >= 0);
      }
    }
    case 'call': {
      const numbers: number[] = [];
      for (const part of condition.of) {
        const worth = evaluate(part, lookup);
        if (worth.kind === 'unknown') return worth;
        // A feature that is not there has no size: it is left out of the comparison.
        if (worth.kind === 'value' && typeof worth.value === 'number') numbers.push(worth.value);
      }
      if (numbers.length === 0) return { kind: 'unknown', why: 'no number to choose from' };
      return { kind: 'value', value: condition.fn === 'max' ? Math.max(...numbers) : Math.min(...numbers) };
    }
  }
}

function bool(value: boolean): Worth {
  return value ? TRUE : FALSE;
}

function truth(worth: Worth): boolean | Worth {
  if (worth.kind === 'unknown') return worth;
  return worth.kind === 'value' && worth.value !== false;
}

type Known = Exclude<Worth, { kind: 'unknown' }>;

/** Orders two known values; null where they have no order and are not equal. */
function compare(left: Known, right: Known): number | null {
  const [a, b] = [numbersOf(left, right), numbersOf(right, left)];
  if (a && b) {
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
      const step = (a[i] ?? 0) - (b[i] ?? 0);
      if (step !== 0) return step;
    }
    return 0;
  }
  if (left.kind !== 'value' || right.kind !== 'value') return null;
  if (typeof left.value === 'number' && typeof right.value === 'number') return left.value - right.value;
  // `y`, "32" and true may be written with or without quotes; as a whole they are the same text.
  return String(left.value) === String(right.value) ? 0 : null;
}

/** The numbers of a version, or of a plain number that stands against one. */
function numbersOf(worth: Known, other: Known): readonly number[] | null {
  if (worth.kind === 'version') return worth.numbers;
  if (other.kind !== 'version') return null;
  const text = String(worth.value);
  return /^\d+(\.\d+)*/.test(text) ? /^\d+(\.\d+)*/.exec(text)![0].split('.').map(Number) : null;
}
