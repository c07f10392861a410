import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../store/errors.ts';
import { ktapImporter } from '../../../importers/ktap/importer.ts';
import { readLog, type ReadLog } from './support.ts';

const SAMPLE = Buffer.from(
  [
    '[    0.000000] Linux version 6.19.0-rc1 (b@h) (x86_64-linux-gnu-gcc 13) #1',
    'TAP version 13',
    '1..2',
    '# selftests: rseq: a',
    '# 1..2',
    '# ok 1 one',
    '#   not ok 1 inner ä',
    '# not ok 2 two # SKIP',
    '\u001B[31mnot ok 1 selftests: rseq: a # exit=134\u001B[0m',
    '  ---',
    '  why: x',
    '  ...',
    'Bail out! end',
    '',
  ].join('\r\n'),
);

async function readOrRefuse(bytes: Uint8Array): Promise<ReadLog | null> {
  try {
    return await readLog(bytes);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

describe('any bytes', () => {
  it('are read or refused, wherever a log is cut', async () => {
    for (let length = 0; length <= SAMPLE.length; length++) await readOrRefuse(SAMPLE.subarray(0, length));
    expect((await readLog(SAMPLE)).results.filter((r) => r.outcome !== 'miss').length).toBeGreaterThan(3);
  });

  it('are read or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        ktapImporter.sniff(Buffer.from(bytes).toString(), 'x');
        await readOrRefuse(bytes);
      }),
    );
  });

  const piece = fc.constantFrom(
    ...[
      'ok ',
      'not ok ',
      '1',
      '2',
      ' ',
      '  ',
      '# ',
      '\n',
      '\r',
      '\t',
      '1..3',
      '1..99999999999',
      'TAP version 13',
    ],
    ...[
      'selftests: a: b',
      '# SKIP',
      '# exit=9',
      '[PASS]',
      '---',
      '...',
      'Bail out!',
      '# Subtest: s',
      'KTAP version 1',
    ],
    ...['[    1.000000] ', 'Linux version 6.1 ', 'Kernel panic - not syncing: x', '\u001B[1m', 'é', '- d'],
  );
  it('made of the pieces of the format are read or refused, and a result line is never lost', async () => {
    const lines = fc.array(
      fc.array(piece, { maxLength: 6 }).map((a) => a.join('')),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(lines, async (list) => {
        const read = await readOrRefuse(Buffer.from(list.join('\n')));
        for (const result of read?.results ?? []) expect(result.test).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });

  it('keep every flat result, whatever stands between them', async () => {
    const noise = fc.constantFrom('', 'talk', '[    3.000000] usb 1-1: new', '# note', 'é\r');
    const verdict = fc.tuple(fc.boolean(), noise);
    await fc.assert(
      fc.asyncProperty(fc.array(verdict, { minLength: 1, maxLength: 30 }), async (list) => {
        const log = list.map(([ok, n], i) => `${n}\n${ok ? 'ok' : 'not ok'} ${i + 1} t${i}\n`).join('');
        const { results } = await readLog(`TAP version 13\n1..${list.length}\n${log}`);
        expect(results.map((r) => r.outcome === 'pass')).toEqual(list.map(([ok]) => ok));
      }),
    );
  });
});
