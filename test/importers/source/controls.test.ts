import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsControls } from '../../../importers/source/controls.ts';

const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F]/;
const byte = fc.oneof(
  { weight: 90, arbitrary: fc.integer({ min: 32, max: 126 }) },
  { weight: 9, arbitrary: fc.constantFrom(9, 10, 128, 159, 255) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
);

describe('control characters', () => {
  it('are found among bytes wherever a pattern finds them', () => {
    let [with_, without] = [0, 0];
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), fc.nat(7), (bytes, offset) => {
        const held = Buffer.from([...Array<number>(offset).fill(0), ...bytes]).subarray(offset);
        const expected = CONTROLS.test(held.toString('latin1'));
        if (expected) with_++;
        else without++;
        expect(holdsControls(held)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(with_, without)).toBeGreaterThan(100);
  });
});
