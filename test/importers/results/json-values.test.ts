import fc from 'fast-check';
import { expect, it } from 'vitest';
import { endOfString } from '../../../importers/results/json-string.ts';
import { holdsTooManyValues } from '../../../importers/results/json-values.ts';
import { importerNamed } from '../../../importers/formats/registry.ts';
import { readAs, resultsOf } from '../support.ts';
import { kunitJsonImporter } from '../../../importers/kunit-json/importer.ts';

it('counts values as far as the most, and none in a string', () => {
  const count = (text: string) =>
    Array.from({ length: text.length }, (_, most) => most).find((most) => !holdsTooManyValues(text, most));
  expect(count('{"a": [1, 2, {}, []]}')).toBe(7);
  expect(count(`["${',[{'.repeat(20)}\\",\\\\", 2]`)).toBe(2);
  expect(count('["open,,,')).toBe(1);
});

it('finds the end of a string behind any escapes', () => {
  const ofPieces = fc.array(fc.constantFrom('"', '\\', 'a', ',')).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(ofPieces, (rest) => {
      // What a string is, says RFC 8259: an escape takes the character behind it along.
      const [string = `"${rest}`] = /^"(?:[^"\\]|\\[^])*"/.exec(`"${rest}`) ?? [];
      expect(endOfString(`"${rest}`, 0)).toBe(string.length);
      expect(endOfString(`\\"${rest}`, 1)).toBe(string.length + 1);
    }),
  );
});

it('tells a report of kunit.py with very many cases in parts', async () => {
  const cases = Array.from({ length: 45_000 }, (_, i) => ({
    name: `c${i}`,
    status: i % 2 ? 'PASS' : 'FAIL',
  }));
  const report = { name: 'KUnit', sub_groups: [{ name: 's', test_cases: [...cases, 7], sub_groups: [] }] };
  const events = await readAs(kunitJsonImporter, JSON.stringify(report));
  expect(events.map(({ type, payload }) => [type, (payload as { readonly part?: number }).part])).toEqual([
    ['RunObserved', 1],
    ['RunObserved', 2],
    ['RunObserved', 3],
    ['RecordRejected', undefined],
  ]);
});

it('tells a transcript of LTP with very many blocks in parts, be they without a status', async () => {
  const blocks = Array.from({ length: 25_000 }, (_, i) => `<<<test_start>>>\ntag=t${i} stime=1\n`).join('');
  const events = await readAs(importerNamed('ltp')!, blocks);
  expect(resultsOf(events)).toHaveLength(25_000);
  expect(events).toHaveLength(2);
});
