import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Line } from '../../../importers/importer.ts';
import { MAX_LINE_BYTES, splitLines } from '../../../importers/source/lines.ts';
import { openSources, type OpenOptions } from '../../../importers/source/open-sources.ts';
import { all, chunks } from './support.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const opened = (paths: string[], options?: OpenOptions) => all(openSources(paths, options));
function put(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
/** What `splitLines` says, with nothing clever in it. */
function splitByHand(bytes: Buffer): Line[] {
  const found: Line[] = [];
  let number = 1;
  const add = (from: number, to: number) => {
    const text = bytes.subarray(from, to).toString();
    found.push({ number, offset: from, text, controls: /[\u0000-\u0008\u000A-\u001F\u007F]/.test(text) });
  };
  for (let from = 0; from < bytes.length; number++) {
    let to = bytes.indexOf(10, from);
    if (to === -1) to = bytes.length;
    const next = to + 1;
    while (to > from && bytes[to - 1] === 13) to--;
    if (!bytes.subarray(from, to).includes(13)) add(from, to);
    else
      for (let start = from, at = from; at <= to; at++)
        if (at === to || bytes[at] === 13) {
          if (at > start) add(start, at);
          start = at + 1;
        }
    from = next;
  }
  return found;
}
const lines = (bytes: Buffer, size = 7) => all(splitLines(chunks(bytes, size)));

describe('lines', () => {
  it('numbers lines by line feeds and takes off carriage returns', async () => {
    expect(await lines(Buffer.from('a\r\nb\r\r\n\nover\rwrite\nlast'))).toEqual([
      { number: 1, offset: 0, text: 'a', controls: false },
      { number: 2, offset: 3, text: 'b', controls: false },
      { number: 3, offset: 7, text: '', controls: false },
      { number: 4, offset: 8, text: 'over', controls: false },
      { number: 4, offset: 13, text: 'write', controls: false },
      { number: 5, offset: 19, text: 'last', controls: false },
    ]);
  });

  it('cuts a line that is too long and says so', async () => {
    const [source] = await opened([put('long', `a\n${'x'.repeat(MAX_LINE_BYTES + 9)}\nb\n`)]);
    const read = await all(source!.entry!.lines());
    expect(read.map((l) => l.text.length)).toEqual([1, MAX_LINE_BYTES, 1]);
    expect(read[2]).toMatchObject({ number: 3, offset: MAX_LINE_BYTES + 12 });
    expect(source!.entry!.cutLines[0]!.place.line).toBe(2);
  });

  it('finds each line that is too long, wherever chunks end', async () => {
    const long = 'x'.repeat(MAX_LINE_BYTES + 1);
    const text = `a\n${long}\n${'y'.repeat(MAX_LINE_BYTES)}\n\n${long}\nb\n${long}`;
    for (const size of [65_536, 1_000_003, text.length]) {
      const [source] = await opened(['-'], { stdin: chunks(Buffer.from(text), size) });
      expect(source!.entry!.cutLines.map((p) => p.place.line)).toEqual([2, 5, 7]);
    }
  });

  it('gives what splitting by hand gives, whatever the bytes and however they are cut into chunks', async () => {
    const bytes = fc
      .array(
        fc.oneof(
          fc.constantFrom(0, 9, 10, 13, 65, 0x1b, 0x7f, 0xc3, 0xa4, 0xff),
          fc.integer({ min: 0, max: 255 }),
        ),
      )
      .map((a) => Buffer.from(a));
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 5 }), async (content, size) => {
        const expected = splitByHand(content);
        expect(await lines(content, size)).toEqual(expected);
        expect(await lines(content, content.length + 1)).toEqual(expected);
        const pages = await all(splitLines(chunks(content, size)).pages());
        expect(pages.flat()).toEqual(expected);
      }),
    );
  });

  it('gives the same across pages, each with other bytes', async () => {
    const piece = fc
      .tuple(
        fc.constantFrom(
          'plain text',
          'a\r',
          'over\rwrite',
          'bold \u001B[1m',
          'ä',
          '\uFEFF',
          '',
          'x'.repeat(70_000),
        ),
        fc.constantFrom(1, 3, 9000),
      )
      .map(([text, times]) => `${text}\n`.repeat(text.length > 1000 ? 1 : times));
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 6 }),
        fc.constantFrom(65_536, 1_000_003),
        async (parts, size) => {
          const content = Buffer.from(`${parts.join('')}end`);
          expect(await lines(content, size)).toEqual(splitByHand(content));
        },
      ),
      { numRuns: 30 },
    );
  });
});
