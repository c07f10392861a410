import { describe, expect, it } from 'vitest';
import { tellApart } from '../../../importers/results/tell-apart.ts';
import type { Result } from '../../../store/events/observation.ts';

/** Results by their written names, all of one canonical name, as a run counts them. */
const named = (test: string, ...raws: readonly string[]): Result[] =>
  raws.map((raw, i) => ({ test, raw, outcome: 'pass', ...(i === 0 ? {} : { occurrence: i + 1 }) }));
const told = (...results: Result[]) => {
  tellApart(results);
  return results.map((r) => `${r.test}${r.occurrence === undefined ? '' : ` ${r.occurrence}`}`);
};

describe('tests whose names differ in odd characters', () => {
  it('are told apart by these, in whatever order they come', () => {
    expect(told(...named('parse', 'parse ^', 'parse $'))).toEqual(['parse_x5e', 'parse_x24']);
    expect(told(...named('parse', 'parse $', 'parse ^'))).toEqual(['parse_x24', 'parse_x5e']);
    expect(told(...named('a_-_b', 'a -> b', 'a <- b', 'a -> b'))).toEqual([
      'a_-_b_x3e',
      'a_-_b_x3c',
      'a_-_b_x3e 2',
    ]);
    // One of them may have none.
    expect(told(...named('parse_a', 'parse a', 'parse (a)'))).toEqual(['parse_a', 'parse_a_x28_x29']);
    const long = told(...named('f', 'f(((((', 'f)))))'));
    expect(new Set(long).size).toBe(2);
    for (const name of long) expect(name).toMatch(/^f_x[0-9a-f]{8}$/);
  });

  it('are left alone where nothing tells them apart, or where one is alone', () => {
    expect(told(...named('parse', 'parse ^', 'parse ^'))).toEqual(['parse', 'parse 2']);
    expect(told(...named('result', 'result (0)'))).toEqual(['result']);
    expect(told(...named('x', 'x', 'x'), ...named('parse', 'parse ^'))).toEqual(['x', 'x 2', 'parse']);
    // Blanks are no character of a name.
    expect(told(...named('a_b', 'a b', 'a  b'))).toEqual(['a_b', 'a_b 2']);
  });
});
