import { describe, expect, it } from 'vitest';
import { read, resultsOf } from '../support.ts';

const HEAD = [
  'Host information',
  '\tHostname:   vm',
  '',
  'Connecting to SUT: default',
  '',
  'Suite: math',
  '───────────',
];
const MACHINE = [
  '',
  'Execution time: 1m 2s',
  '',
  'Target information',
  '──────────────────',
  'Kernel:   Linux 6.19.0-rc3 #1 SMP',
  'Arch:     aarch64',
  '',
  'Results:',
  '    Passed:   9',
];

describe("kirk's terminal", () => {
  it('gives results; its totals count something else', async () => {
    const { format, events } = await read(
      [
        '2025-10-28 04:36:09 kirk -U ltp -f tracing',
        'Host information',
        '',
        'Connecting to SUT: host',
        '',
        'Starting suite: tracing',
        '------------------------',
        '\u001b[1;37mtrace01: \u001b[0m\u001b[1;32mpass\u001b[0m | \u001b[1;33mtainted\u001b[0m  (1m 39s)',
        'flush01: skip  (0.003s)',
        'stat01: broken  (1.210s)',
        '',
        '        Passed:      9',
        '        Kernel:      Linux 6.18.0-rc2-next-20251024 #1 SMP',
        '        Arch:        x86_64',
      ].join('\n'),
    );
    expect(format).toBe('ltp');
    expect(resultsOf(events)).toEqual([
      ['ltp.trace01', 'pass'],
      ['ltp.flush01', 'skip'],
      ['ltp.stat01', 'error'],
    ]);
    expect(events[0]).toMatchObject({
      payload: { release: 'next-20251024', arch: 'x86_64', results: [{ durationMs: 99_000 }, {}, {}] },
    });
  });

  it('gives what a test ended with instead of a status, and the test that ran when the log ended', async () => {
    const { format, events } = await read(
      [
        ...HEAD,
        'float01: pass  (0.006s)',
        'float02: timed out',
        'float03: SUT not responding',
        'Restarting SUT: default',
        'float04: kernel panic',
        "float05: Suite 'math' timed out after 60 seconds",
        ...MACHINE,
        '',
        'Suite: more',
        '───────────',
        'nan01:',
      ].join('\n'),
    );
    expect(format).toBe('ltp');
    expect(resultsOf(events)).toEqual([
      ['ltp.float01', 'pass'],
      ['ltp.float02', 'timeout'],
      ['ltp.float03', 'timeout'],
      ['ltp.float04', 'fail'],
      ['ltp.float05', 'timeout'],
      ['ltp.nan01', 'miss'],
    ]);
    expect(events[0]).toMatchObject({ payload: { release: 'v6.19-rc3', arch: 'arm64' } });
  });

  it('settles tests that ran side by side, whose status is not printed, by the lists at the end', async () => {
    const { events } = await read(
      [
        ...HEAD,
        'Following tests will run in parallel:',
        '• a01',
        '',
        'a01 (1/6):   (0.012s)',
        'b01 (2/6):   (0.006s)',
        'c01 (3/6):   (0.006s)',
        'd01 (4/6):   (0.006s)',
        'd01 (5/6):   (0.006s)',
        'e01 (6/6): skip  (0.006s)',
        ...MACHINE,
        '',
        'Broken:',
        '    • b01',
        '    • c01',
        '',
        'Failures:',
        '    • c01',
        '    • d01',
        '',
        'Session stopped',
      ].join('\n'),
    );
    expect(resultsOf(events)).toEqual([
      ['ltp.e01', 'skip'],
      ['ltp.a01', 'unknown'],
      ['ltp.b01', 'error'],
      ['ltp.c01', 'fail'],
      ['ltp.d01', 'unknown'],
      ['ltp.d01', 'unknown'],
    ]);
  });

  const summary = (counts: readonly number[]) =>
    ['passed', 'failed', 'broken', 'skipped', 'warnings'].map((word, at) => `${word}   ${counts[at]}`);
  const section = (name: string, counts: readonly number[], ...output: readonly string[]) => [
    '──────────────',
    `      ${name}`,
    '──────────────',
    `Executing: ./${name}`,
    '',
    ...output,
    'Summary:',
    ...summary(counts),
    '',
    'Duration: 1.500s',
    '',
  ];

  it('reads sections with what their tests said, and a verdict from its assertions', async () => {
    const { format, events } = await read(
      [
        ...HEAD,
        ...section('a01', [3, 0, 0, 1, 0], 'a01.c:5: TPASS: fine', 'Status: fail  (3)'),
        ...section('b01', [1, 1, 1, 0, 0]),
        ...section('c01', [0, 0, 1, 0, 0]),
        ...section('d01', [0, 0, 0, 1, 0]),
        ...section('e01', [1, 0, 0, 0, 1]),
        ...section('f01', [1, 0, 0, 0, 0], 'Test timed out'),
        '──────────────',
        '      g01',
        '──────────────',
        'Executing: ./g01',
        'Duration: what the test says of itself',
      ].join('\n'),
    );
    expect(format).toBe('ltp');
    expect(resultsOf(events)).toEqual([
      ['ltp.a01', 'pass'],
      ['ltp.b01', 'fail'],
      ['ltp.c01', 'error'],
      ['ltp.d01', 'skip'],
      ['ltp.e01', 'fail'],
      ['ltp.f01', 'timeout'],
      ['ltp.g01', 'miss'],
    ]);
  });

  it('reads the sections of its first versions', async () => {
    const { events } = await read(
      [
        'Host information',
        'Connecting to SUT: host',
        'Starting suite: math',
        '',
        '===== a01 =====',
        'command: ./a01 -x',
        'a01    1  TFAIL  :  no',
        '',
        'Summary:',
        ...summary([0, 1, 0, 0, 0]),
        '',
        'Duration: 0.001s',
      ].join('\n'),
    );
    expect(resultsOf(events)).toEqual([['ltp.a01', 'fail']]);
    expect(events[0]).toMatchObject({ payload: { results: [{ line: 5, durationMs: 1 }] } });
  });

  it('says in its report as well that a test was ended', async () => {
    const { events } = await read(
      JSON.stringify({
        results: [{ test_fqn: 'slow01', status: 'brok', test: { retval: ['-1'], result: 'brok' } }],
      }),
    );
    expect(events[0]).toMatchObject({
      payload: {
        results: [
          {
            test: 'ltp.slow01',
            outcome: 'error',
            exitCode: -1,
            reason: expect.stringContaining('kirk ended it') as unknown,
          },
        ],
      },
    });
  });
});
