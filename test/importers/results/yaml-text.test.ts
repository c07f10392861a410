import { describe, expect, it } from 'vitest';
import { importerNamed } from '../../../importers/formats/registry.ts';
import { parseYamlText } from '../../../importers/results/yaml-text.ts';
import { readAs, resultsOf } from '../support.ts';

const facts = (more: string) =>
  `dataset: d\nsources: { a: { cite: x, by: y, known: "2021-01-01" } }\n${more}`;

describe('YAML from outside', () => {
  it('is refused where a name stands twice, or an alias means nothing', async () => {
    expect(() => parseYamlText('a: 1\nb: { c: 1, c: 2 }\n')).toThrow('Map keys must be unique');
    expect(() => parseYamlText('a: *b\nb: &b 1\n', 10)).toThrow(/Unresolved alias .*: b/);
    expect(parseYamlText('a: &b 1\nc: *b\n1: x\n"1x": y\n', 10)).toEqual({ a: 1, c: 1, 1: 'x', '1x': 'y' });
    const read = (more: string) => readAs(importerNamed('facts')!, facts(more));
    await expect(read('lines: [{ line: x, line: y }]\n')).rejects.toThrow(/:3:\d+: not YAML: Map keys must/);
    await expect(read('lines: *x\n')).rejects.toThrow(/:3:\d+: not YAML: Unresolved alias/);
  });

  it(
    'takes no longer than its length, however many names or aliases it has',
    { timeout: 60_000 },
    async () => {
      const many = (text: (i: number) => string) =>
        Array.from({ length: 30_000 }, (_, i) => text(i)).join('');
      const tests = many((i) => `s/t${i}: pass\n`);
      expect(resultsOf(await readAs(importerNamed('squad')!, tests))).toHaveLength(30_000);
      await expect(readAs(importerNamed('facts')!, facts(`x: [${many(() => '*a, ')}]`))).rejects.toThrow(
        /Unresolved alias/,
      );
    },
  );

  it('is refused where it is too large to be held', async () => {
    const many = 's/t: pass\n'.repeat(1_000_001);
    expect(() => parseYamlText(many)).toThrow(/more than 1000000 values/);
    await expect(readAs(importerNamed('squad')!, many)).rejects.toThrow(/more than 1000000 values/);
    await expect(readAs(importerNamed('facts')!, facts(many))).rejects.toThrow(/more than 1000000 values/);
  });
});
