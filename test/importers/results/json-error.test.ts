import { describe, expect, it } from 'vitest';
import { offsetOfJsonError } from '../../../importers/results/json-error.ts';
import { read } from '../support.ts';

/** Where JSON.parse's error lies in a text. */
function offsetIn(text: string): number {
  try {
    JSON.parse(text);
  } catch (error) {
    return offsetOfJsonError(text, (error as Error).message);
  }
  throw new Error('it is JSON');
}

describe('where a text stops being JSON', () => {
  it.each([
    ['{"a":x}', 5],
    ['\0{"results": 1}', 0],
    [`{"a": 1, "b": [1,2,,3], "c": "${'c'.repeat(50)}"}`, 19],
    [`[${'1, '.repeat(1000)}+1]`, 3001],
    ['[1, 2\n  truE]', 8],
    ['{"a":1}}', 7],
    ['[1,2', 4],
    ['{"a": tr', 8],
    ['', 0],
  ])('%j', (text, offset) => {
    expect(offsetIn(text)).toBe(offset);
  });

  it('is told with its line', async () => {
    const text = '{"results": [\n  {"test_fqn": "a", "status": "pass"},\n  oops,\n  {}\n]}\n';
    await expect(read(text)).rejects.toMatchObject({
      diagnostics: [{ place: { line: 3, column: 3 } }],
    });
  });
});
