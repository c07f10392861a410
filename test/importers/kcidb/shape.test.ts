import { Ajv, type ErrorObject } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitting, misfitOf, type Shape } from '../../../importers/kcidb/shape.ts';
import { KINDS, listOf, shapeOf } from '../../../importers/kcidb/schema.ts';

const VERSIONS = [300, 400, 401, 402, 403, 404, 405, 500, 501, 502, 503];

const ajv = new Ajv({ validateFormats: false });
ajv.addKeyword({ keyword: 'noNul', type: 'string', validate: (_: true, is: string) => !is.includes('\0') });
ajv.addKeyword({
  keyword: 'longest',
  type: 'string',
  validate: (most: number, is: string) => Array.from(is).length <= most,
});

/** What is now and then in place of anything. */
const ODD = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  1.5,
  7,
  '',
  'a\0b',
  'https://x.y/z',
  'ci:1',
  'a'.repeat(40),
  [],
  [1],
  {},
  { name: 'n' },
  'PASS',
  'é'.repeat(17_000),
  '😀'.repeat(9000),
);

function near(shape: Shape): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: right(shape) }, { weight: 1, arbitrary: ODD });
}

function right(shape: Shape): fc.Arbitrary<unknown> {
  if ('enum' in shape) return fc.constantFrom(...shape.enum);
  if ('items' in shape) return fc.array(near(shape.items), { maxLength: 3 });
  if ('properties' in shape) {
    const fields = Object.fromEntries(
      Object.entries(shape.properties).map(([name, part]) => [name, near(part)]),
    );
    const record = fc.record(fields, { requiredKeys: [...shape.required] });
    const more = fc.record(Object.fromEntries(['odd', '__proto__', ...shape.required].map((k) => [k, ODD])), {
      requiredKeys: [],
    });
    return fc.oneof(
      { weight: 9, arbitrary: record },
      { weight: 1, arbitrary: fc.tuple(record, more).map(([a, b]) => ({ ...a, ...b })) },
    );
  }
  switch (shape.type) {
    case 'string':
      return shape.pattern === undefined ? fc.string() : fc.stringMatching(new RegExp(shape.pattern));
    case 'integer':
      return fc.nat();
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'object':
      return fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 });
  }
}

const shapes = KINDS.flatMap((kind) =>
  VERSIONS.filter((version) => listOf(kind, version) !== null).map((version) => ({
    kind,
    version,
    shape: shapeOf(kind, version),
  })),
);

/** Where and by which rule a validator of JSON Schema refuses first, as the misfit tells it. */
function placeOf({ instancePath }: ErrorObject): readonly string[] {
  return instancePath === '' ? [] : instancePath.slice(1).split('/');
}

describe('the rules of KCIDB', () => {
  it.each(shapes)(
    'hold for a $kind of version $version what a validator of JSON Schema holds',
    ({ shape }) => {
      const validate = ajv.compile(shape);
      const fits = fitting(shape);
      let [right, wrong] = [0, 0];
      fc.assert(
        fc.property(near(shape), (value) => {
          const holds = validate(value);
          if (holds) right++;
          else wrong++;
          expect(fits(value)).toBe(holds);
          const misfit = misfitOf(shape, value);
          expect(misfit?.path ?? null).toEqual(holds ? null : placeOf(validate.errors![0]!));
        }),
        { numRuns: 60 },
      );
      expect(right * wrong).toBeGreaterThan(0);
    },
  );

  it('judges a text by itself, whatever text came before', () => {
    const fits = fitting({ type: 'string', pattern: '^[a-z]+:', noNul: true });
    const texts = ['ci:1', 'ci:1', 'CI:1', 'CI:1', 'ci:1', 'ci:\0', 'ci:\0', '', null, 'ci:1'];
    expect(texts.map(fits)).toEqual([true, true, false, false, true, false, false, false, false, true]);
  });
});
