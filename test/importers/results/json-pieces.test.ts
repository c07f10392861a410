import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonPieces, type JsonPiece } from '../../../importers/results/json-pieces.ts';
import { openSubmission } from '../../../importers/kcidb/submission.ts';
import { entryOf } from '../../support/source-entry.ts';
import { InputError } from '../../../store/errors.ts';

/** A file whose bytes come in chunks of a length. */
async function piecesOf(text: string | Uint8Array, chunkBytes: number): Promise<readonly JsonPiece[]> {
  const all: JsonPiece[] = [];
  for await (const pieces of jsonPieces(entryOf('large.json', text, chunkBytes))) all.push(...pieces);
  return all;
}

/** Puts the pieces together again. */
async function joined(text: string | Uint8Array, chunkBytes: number): Promise<unknown> {
  const members: [string, unknown][] = [];
  for (const piece of await piecesOf(text, chunkBytes)) {
    if (piece.kind === 'value') members.push([piece.name, piece.value]);
    else if (piece.kind === 'list') members.push([piece.name, []]);
    else (members.at(-1)![1] as unknown[])[piece.index] = piece.value;
  }
  return Object.fromEntries(members);
}

const chunk = fc.integer({ min: 1, max: 40 });
const json = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());

describe('a large file of JSON in pieces', () => {
  it('holds what JSON.parse finds in it, wherever the chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(json, chunk, fc.constantFrom(undefined, 1, '\t'), async (value, size, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(await joined(text, size)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('is refused exactly where JSON.parse refuses it, whatever byte is changed', async () => {
    const byte = fc.constantFrom(...Buffer.from('{}[],:"\\ 1et\n'));
    await fc.assert(
      fc.asyncProperty(json, chunk, fc.nat(), byte, fc.nat(2), async (value, size, where, other, cut) => {
        const bytes = Buffer.from(JSON.stringify(value));
        const at = where % bytes.length;
        const kept = cut === 0 ? [] : [other, ...bytes.subarray(at + cut - 1)];
        const changed = Buffer.from([...bytes.subarray(0, at), ...kept]);
        let parsed: unknown = null;
        try {
          parsed = JSON.parse(changed.toString());
        } catch {
          // It is none.
        }
        const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
        if (isObject) expect(await joined(changed, size)).toEqual(parsed);
        else await expect(joined(changed, size)).rejects.toThrow(InputError);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['{"a": [1, 2,\n 3\n 4]}', 3, 'no JSON: a comma or ] is expected'],
    ['{"a": [1,\n 2,]}', 2, 'no JSON: an item is expected'],
    ['{"a": {\n"b": tru}}', 2, 'no JSON: '],
    ['{"a": [\n{"b": 1', 2, 'no JSON: it ends within a value'],
    ['{"a": [\n1, 2\n', 3, 'no JSON: it ends where a comma or ] is expected'],
    ['{"a": 1}\n{"a": 2}', 2, 'no JSON: nothing more is expected'],
    ['[1]', 1, 'no JSON: an object is expected'],
  ])('%j is refused with its line', async (text, line, message) => {
    const refused: unknown = await piecesOf(text, 5).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(InputError);
    const [said] = (refused as InputError).diagnostics;
    expect(said?.place).toEqual({ file: 'large.json', line });
    expect(said?.message).toContain(message);
  });
});

describe('a submission in pieces', () => {
  const TESTS = Array.from({ length: 30 }, (_, n) => ({ id: `ci:${n}`, log_excerpt: '}]"\\'.repeat(n) }));
  const SUBMISSION = {
    checkouts: [{ id: 'ci:c' }],
    version: { major: 5, minor: 3 },
    tests: TESTS,
    more: [1, 2],
    builds: [],
  };

  async function opened(text: string, heldBytes: number) {
    let read = 0;
    const progress = (bytes: number) => (read = bytes);
    const { version, parts } = await openSubmission(entryOf('large.json', text, 64), progress, heldBytes);
    const objects: [string, unknown][] = [];
    const unknownKeys: string[] = [];
    const cuts: string[] = [];
    for await (const part of parts)
      if ('unknownKey' in part) unknownKeys.push(part.unknownKey);
      else if ('cut' in part) cuts.push(part.cut.left);
      else
        for (const [index, object] of part.objects.entries())
          objects.push([`${part.kind} /${part.name}/${part.first + index}`, object]);
    return { version, objects, unknownKeys, read, cuts };
  }

  it('holds the same as one that is read whole', async () => {
    const text = JSON.stringify(SUBMISSION);
    const whole = await opened(text, Infinity);
    expect(whole.objects).toHaveLength(31);
    expect(whole.unknownKeys).toEqual(['more']);
    expect(whole.read).toBe(text.length);
    expect(await opened(text, 0)).toEqual(whole);
  });

  it('cut anywhere, gives the objects that came whole and says where it ends, of whatever size', async () => {
    const text = JSON.stringify(SUBMISSION);
    const { objects } = await opened(text, Infinity);
    let most = 0;
    for (let end = text.indexOf(',"tests"'); end < text.length; end++) {
      const whole = await opened(text.slice(0, end), Infinity);
      expect(whole.cuts).toHaveLength(1);
      expect(whole.objects).toEqual(objects.slice(0, whole.objects.length));
      expect(whole.objects.length).toBeGreaterThanOrEqual(most);
      most = whole.objects.length;
      const pieces = await opened(text.slice(0, end), 0);
      expect([pieces.objects, pieces.cuts.length]).toEqual([whole.objects, 1]);
    }
    expect(most).toBe(31);
  });

  it.each([
    [{ tests: [] }, '/version: nothing is no version'],
    [{ version: [5, 3] }, 'is no version'],
    [{ version: { major: 5, minor: 3 }, tests: {} }, '/tests: it is no list'],
  ])('%j is refused', async (submission, message) => {
    for (const heldBytes of [0, Infinity])
      await expect(opened(JSON.stringify(submission), heldBytes)).rejects.toThrow(message);
  });
});
