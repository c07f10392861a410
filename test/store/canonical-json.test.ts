import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../store/canonical-json.ts';

/** The plain way to write it: a copy with sorted keys, by the native writer, key by key. */
function plainly(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plainly).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  const items = keys.map((k) => `${JSON.stringify(k)}:${plainly((value as Record<string, unknown>)[k])}`);
  return `{${items.join(',')}}`;
}

it('writes any value as the native writer does, with sorted keys', () => {
  const text = fc.string({ unit: 'binary', maxLength: 80 });
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('tree')),
      fc.dictionary(text, tie('tree'), { maxKeys: 24 }),
      fc.dictionary(fc.nat().map(String), tie('tree')),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const written = canonicalJson(value);
      expect(written).toBe(plainly(value));
      expect(canonicalJson(JSON.parse(written))).toBe(written);
    }),
    { numRuns: 500 },
  );
});

it('refuses what JSON cannot hold', () => {
  for (const value of [undefined, NaN, -Infinity, 1n, () => 1, { a: undefined }, [Symbol('x')]])
    expect(() => canonicalJson(value)).toThrow(/has no JSON form/);
});
