import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NameCounts } from '../../../importers/results/name-counts.ts';

describe('counts of names', () => {
  it('are right however few names are held, of whatever the names are made', () => {
    const names = fc.array(
      fc.oneof(fc.constantFrom('a', 'b', '', 'é', '\ud800', '\ufffd'), fc.string({ unit: 'binary' })),
    );
    fc.assert(
      fc.property(names, fc.nat(8), (all, most) => {
        const counts = new NameCounts(most);
        const right = new Map<string, number>();
        for (const name of all) right.set(name, (right.get(name) ?? 0) + 1);
        const last = new Map(all.map((name) => [name, counts.add(name)]));
        expect(last).toEqual(right);
      }),
    );
  });

  it('stay right when there are many', () => {
    const counts = new NameCounts(100);
    for (const time of [1, 2])
      for (let i = 0; i < 100_000; i++)
        if (counts.add(`suite.test_${i}`) !== time) expect.fail(`test_${i} came ${time} times`);
    expect(counts.add('suite.test_99999')).toBe(3);
  });
});
