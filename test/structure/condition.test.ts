import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type Worth } from '../../queries/verdict/evaluate-condition.ts';
import { ConditionError, parseCondition } from '../../store/condition.ts';

const worth = (text: string, names: Record<string, Worth> = {}) =>
  evaluate(parseCondition(text), (n) => names[n] ?? null);
const value = (v: string | number | boolean): Worth => ({ kind: 'value', value: v });
const unknown: Worth = { kind: 'unknown', why: 'nobody knows' };

describe('conditions', () => {
  it.each([
    ['size == 32', { size: value(32) }, true],
    ['size > 32 and size >= max(33, feature)', { size: value(40), feature: value(64) }, false],
    ['mode == legacy or mode in {optimized, single}', { mode: value('single') }, true],
    ['not (DEBUG == y)', { DEBUG: value('n') }, true],
    [
      'uname >= 6.19.0 and uname <= 7.0.13',
      { uname: { kind: 'version', numbers: [7, 0, 9] } as Worth },
      true,
    ],
    ['uname >= 6.19.0', { uname: { kind: 'version', numbers: [6, 18, 23] } as Worth }, false],
  ])('%s', (text, names, expected) => {
    expect(worth(text, names)).toEqual(value(expected));
  });

  it('knows what is not known: it stays open unless the rest decides', () => {
    expect(worth('a == 1 and b == 2', { a: unknown, b: value(3) })).toEqual(value(false));
    expect(worth('a == 1 or b == 2', { a: unknown, b: value(2) })).toEqual(value(true));
    expect(worth('a == 1 and b == 2', { a: unknown, b: value(2) }).kind).toBe('unknown');
    expect(worth('not (a == 1)', { a: unknown }).kind).toBe('unknown');
  });

  it.each([
    ['a ==', 5],
    ['a == 1 b', 8],
    ['(a == 1', 8],
    ['a == %', 6],
    ['', 1],
  ])('says where "%s" goes wrong', (text, column) => {
    expect(() => parseCondition(text)).toThrow(ConditionError);
    try {
      parseCondition(text);
    } catch (error) {
      expect((error as ConditionError).column).toBe(column);
    }
  });

  it.each(['(', 'not ', 'max('])('is refused where it is nested beyond any use: %s', (sign) => {
    const deep = `${sign.repeat(99)}1${sign.endsWith('(') ? ')'.repeat(99) : ''}`;
    expect(() => parseCondition(deep)).not.toThrow();
    expect(() => parseCondition(`${sign.repeat(20_000)}1`)).toThrow(/nested more than 100 deep/);
  });

  it('never crashes on any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseCondition(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ConditionError);
        }
      }),
    );
  });
});
