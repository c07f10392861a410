import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsControls } from '../../../importers/source/controls.ts';

const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F]/;
const plain = fc.oneof(fc.integer({ min: 32, max: 126 }), fc.constantFrom(9, 10, 128, 159, 255));
const any = fc.integer({ min: 0, max: 255 });

describe('control characters', () => {
  it('are found among bytes wherever a pattern finds them', () => {
    const bytes = fc.tuple(
      fc.array(plain, { maxLength: 20 }),
      fc.array(any, { maxLength: 1 }),
      fc.array(plain, { maxLength: 20 }),
    );
    const answers = new Set<boolean>();
    fc.assert(
      fc.property(bytes, fc.nat(7), (parts, offset) => {
        const held = Buffer.from([...Array<number>(offset).fill(0), ...parts.flat()]).subarray(offset);
        const expected = CONTROLS.test(held.toString('latin1'));
        answers.add(expected);
        expect(holdsControls(held)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
    expect(answers.size).toBe(2);
  });
});
