import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../../store/events/event.ts';
import { read, rejectsOf, resultsOf, runsOf, toldBy } from '../support.ts';

const saidBy = (event: NewEvent | undefined) => event!.payload as Readonly<Record<string, unknown>>;

const head = (fileSystem = 'ext4', kernel = '6.19.0-rc2-00012-g0123456789ab') =>
  `FSTYP         -- ${fileSystem}\nPLATFORM      -- Linux/x86_64 box ${kernel} #1 SMP Mon Feb 2 08:00:00 UTC 2026\nMKFS_OPTIONS  -- /dev/sdb\nMOUNT_OPTIONS -- -o acl /dev/sdb /mnt\n\n`;
const BODY = [
  'generic/001 5s ...  6s',
  'generic/002        [not run] no reflink here',
  'generic/003       [expunged]',
  'generic/004 12s ... [failed, exit status 1]- output mismatch (see /r/generic/004.out.bad)',
  '    --- tests/generic/004.out\t2026-01-01 00:00:00.000000000 +0000',
  '    +++ /r/generic/004.out.bad\t2026-02-02 10:00:07.500000000 +0000',
  '    @@ -1 +1 @@',
  '    -Silence is golden',
  '    +xfs/999 - output mismatch',
  '    ...',
  "    (Run 'diff -u a b'  to see the entire diff)",
  'generic/005       _check_dmesg: something found in dmesg (see /r/generic/005.dmesg)',
  '',
  'generic/006       IPMI is not here',
  '',
  ' 75s',
  'ext4/007       ',
  '- no qualified output',
];
const ENDED =
  'Ran: generic/001 generic/002 generic/004 generic/005 generic/006 ext4/007\nNot run: generic/002\nFailures: generic/004 generic/005 ext4/007\nFailed 3 of 6 tests\n';
const LOG = `${head()}${BODY.join('\n')}\n${ENDED}`;
const TOLD = [
  ['xfstests.generic.001', 'pass'],
  ['xfstests.generic.002', 'skip'],
  ['xfstests.generic.003', 'skip'],
  ['xfstests.generic.004', 'fail'],
  ['xfstests.generic.005', 'fail'],
  ['xfstests.generic.006', 'pass'],
  ['xfstests.ext4.007', 'fail'],
];

describe("what xfstests' check prints", () => {
  it('is told by its content, with the kernel, the machine and the file system', async () => {
    const { format, events } = await read(LOG, { config: 'defconfig' });
    expect(format).toBe('xfstests');
    expect(resultsOf(events)).toEqual(TOLD);
    expect(rejectsOf(events)).toEqual([]);
    expect(events[0]).toMatchObject({
      knownAt: '2026-02-02T10:00:07.500Z',
      payload: {
        release: 'v6.19-rc2-12-g0123456789ab',
        commit: '0123456789ab',
        arch: 'x86_64',
        platform: 'box',
        config: 'defconfig+ext4',
        results: [
          { raw: 'generic/001', durationMs: 6000 },
          { reason: 'no reflink here' },
          { reason: 'expunged' },
          { exitCode: 1, reason: '[failed, exit status 1], output mismatch' },
          { reason: '_check_dmesg: something found in dmesg' },
          { durationMs: 75_000 },
          { reason: 'no qualified output' },
        ],
      },
    });
  });

  it("is the same from a console, in the kernel's log, with other things between", async () => {
    const stamped = LOG.split('\n').map((line, i) => `[ ${100 + i}.000000][  T309] ${line}\n\n`);
    const boot = '[    0.000000] Linux version 6.19.0-rc2-00012-g0123456789ab (b@h) #1 SMP\n';
    const run = '[  150.500000][ T1622] run fstests generic/004 at 2026-02-02 10:00:00\n';
    const { format, events } = await read(
      `${boot}${stamped.slice(0, 9).join('')}${run}${stamped.slice(9).join('')}`,
    );
    expect(format).toBe('xfstests');
    expect(resultsOf(events)).toEqual(TOLD);
    expect(rejectsOf(events)).toEqual([]);
  });

  it('with sections is a run for each, and the lists that come once more at the end add nothing', async () => {
    const section = (name: string, verdict: string) =>
      `SECTION       -- ${name}\nRECREATING    -- ext4 on /dev/sda\n${head()}generic/001 ${verdict}\nRan: generic/001\n${verdict.includes('s') ? 'Passed all 1 tests' : 'Failures: generic/001\nFailed 1 of 1 tests'}\n\n`;
    const lists = (name: string) =>
      `SECTION       -- ${name}\n=========================\nRan: generic/001\nPassed all 1 tests\n\n`;
    const log = `${section('ext4_4k', ' 3s')}${section('ext4_1k', '- output mi')}${lists('ext4_4k')}${lists('ext4_1k')}`;
    const runs = (await read(log.replace('output mi', 'output mismatch'))).events;
    expect(runs.map((run) => [saidBy(run).config, ...resultsOf([run]).flat()])).toEqual([
      ['ext4_4k', 'xfstests.generic.001', 'pass'],
      ['ext4_1k', 'xfstests.generic.001', 'fail'],
    ]);
    // Where the lists are all that was kept, they tell.
    const [only] = (await read(`${head()}${lists('ext4_4k')}`)).events;
    expect([saidBy(only).config, ...resultsOf([only!]).flat()]).toEqual([
      'ext4_4k',
      'xfstests.generic.001',
      'pass',
    ]);
  });

  it('tells each run of a test that was run again, and each iteration', async () => {
    const again =
      'generic/001 - output mismatch\ngeneric/001  1s\ngeneric/001  1s\ngeneric/001 aggregate results across 3 runs: fail=1 (33.3%), pass=2 (66.7%)\n';
    const log = `${head()}${again}Ran: generic/001\nFailures: generic/001\nFailed 1 of 1 tests\n`;
    expect(await toldBy(log)).toEqual(['fail', 'pass', 'pass'].map((o) => `${o} xfstests.generic.001`));
    expect((await read(`${log}\n${log}`)).events).toHaveLength(2);
  });

  it('with times before and behind each test says as much', async () => {
    const log = `${head()}generic/001       [10:00:00] [10:00:06] 6s\ngeneric/002       [10:00:06] [10:00:07] [not run]\n\tgeneric/002 -- no reflink here\nRan: generic/001 generic/002\nNot run: generic/002\nPassed all 2 tests\n`;
    expect(saidBy((await read(log)).events[0]).results).toMatchObject([
      { outcome: 'pass', durationMs: 6000 },
      { outcome: 'skip', reason: 'no reflink here' },
    ]);
  });

  it('is compared with what it counts, which is never believed', async () => {
    expect(await toldBy(LOG.replace('Failed 3 of 6', 'Failed 1 of 9'))).toContain('1 rejected');
    // A line was lost: the lists name the test all the same.
    expect(await toldBy(LOG.replace(/generic\/001 5s.*\n/, ''))).toContain('pass xfstests.generic.001');
    // An old version looked into the log of the kernel when the line was written.
    const late = LOG.replace('Failures: ', 'Failures: generic/001 ').replace('Failed 3', 'Failed 4');
    expect(await toldBy(late)).toContain('fail xfstests.generic.001');
    const other = LOG.replace('Not run: generic/002', 'Not run: generic/002 generic/001');
    expect(rejectsOf((await read(other)).events)).toEqual([
      'check lists generic/001 as not run, and its line says otherwise',
    ]);
  });

  it('that breaks off, or is interrupted, misses what did not end', async () => {
    const command = '2026-02-02 10:00:00 ./check -E ex generic/001 generic/002 generic/009 xfs/???\n';
    expect(await toldBy(`${command}${head()}generic/001  1s\ngeneric/002       `)).toEqual([
      'pass xfstests.generic.001',
      'miss xfstests.generic.002',
      'miss xfstests.generic.009',
    ]);
    expect(
      await toldBy(
        `${head()}generic/001  1s\ngeneric/002       Ran: generic/001 generic/002\nInterrupted!\n`,
      ),
    ).toEqual(['pass xfstests.generic.001', 'miss xfstests.generic.002']);
  });

  it('in check.log is no more than its lists, a run for each time that it ran', async () => {
    const log = [
      ...['', 'Kernel version: 6.18.1', 'Mon Feb  2 10:00:00 UTC 2026'],
      ...['Ran: xfs/001 xfs/002', 'Not run: xfs/002', 'Passed all 2 tests'],
      ...['', 'Kernel version: 6.19.0-rc2', 'Tue Feb  3 10:00:00 UTC 2026'],
      ...['Ran: xfs/001 xfs/002', 'Failures: xfs/001', 'Failed 1 of 2 tests', ''],
    ].join('\n');
    const { format, events } = await read(log);
    expect(format).toBe('xfstests');
    expect(events.map((e) => [saidBy(e).release, e.knownAt, ...resultsOf([e]).map((r) => r[1])])).toEqual([
      ['v6.18.1', '2026-02-02', 'pass', 'skip'],
      ['v6.19-rc2', '2026-02-03', 'fail', 'pass'],
    ]);
  });

  it('is called as its own report in JUnit calls it, of the same section', async () => {
    const xml = `<?xml version="1.0"?>\n<testsuite name="xfstests" failures="9" tests="9" hostname="box" timestamp="2026-02-02T10:00:00+00:00"><properties><property name="KERNEL" value="6.19.0-rc2"/><property name="SECTION" value="ext4_4k"/><property name="FSTYP" value="ext4"/></properties>\n<testcase classname="xfstests.ext4_4k" name="generic/001" time="6"></testcase></testsuite>`;
    const [run] = (await read(xml)).events;
    expect(resultsOf([run!])).toEqual([['xfstests.generic.001', 'pass']]);
    expect(run!.payload).toMatchObject({ config: 'ext4_4k', platform: 'box', release: 'v6.19-rc2' });
  });
});

describe("what blktests' check prints", () => {
  const LOG = [
    'block/001 (stress device hotplugging)                       ',
    'block/001 (stress device hotplugging)                        [passed]',
    '    runtime    8.1s  ...  14.250s',
    'nvme/006 (tr=loop bd=file) (create a target)                 [failed]',
    '    runtime      ...  0.104s',
    '    --- tests/nvme/006.out\t2026-01-01 00:00:00.000000000 +0000',
    '    +++ /r/nvme/006.out.bad\t2026-02-02 10:00:07.500000000 +0000',
    'nvme/006 (tr=loop bd=device) (create a target)               [failed]',
    '    exited with status 3',
    'zbd/002 => nullb1 (report zone)                              [passed]',
    'zbd/002 => sdb (report zone)                                 [not run]',
    '    sdb is no zoned device',
    'srp/***                                                      [not run]',
    '    no rdma here',
    'block/030 (never told)                                      ',
    '',
  ].join('\n');

  it('is told by its content, with what each was run on and with', async () => {
    const { format, events } = await read(LOG, { release: 'v6.19' });
    expect(format).toBe('blktests');
    expect(resultsOf(events)).toEqual([
      ['blktests.block.001', 'pass'],
      ['blktests.nvme.006.tr_loop.bd_file', 'fail'],
      ['blktests.nvme.006.tr_loop.bd_device', 'fail'],
      ['blktests.zbd.002', 'pass'],
      ['blktests.zbd.002', 'skip'],
      ['blktests.srp.all', 'skip'],
      ['blktests.block.030', 'miss'],
    ]);
    expect(events[0]!.knownAt).toBe('2026-02-02T10:00:07.500Z');
    expect(saidBy(events[0]).results).toMatchObject([
      { durationMs: 14_250, raw: 'block/001' },
      { durationMs: 104, reason: 'output mismatch' },
      { exitCode: 3 },
      { platform: 'nullb1' },
      { platform: 'sdb', reason: 'sdb is no zoned device' },
      { reason: 'no rdma here' },
      { reason: 'the log ends in it' },
    ]);
  });

  it("is the same in the kernel's log", async () => {
    const boot = '[    0.000000] Linux version 6.19.0-rc2 (b@h) #1 SMP\n';
    const stamped = LOG.split('\n').map((line, i) => `[ ${100 + i}.000000][  T309] ${line}\n[ 200.0] \n`);
    const { format, events } = await read(boot + stamped.join(''));
    expect(format).toBe('blktests');
    expect(resultsOf(events)).toHaveLength(7);
    expect(saidBy(events[0]).release).toBe('v6.19-rc2');
  });
});

it('both are called so by labs that join folder and number', async () => {
  const { canonicalTestName } = await import('../../../store/names/test-name.ts');
  const names = {
    'xfstests.generic.459': 'xfstests.generic.459',
    'xfstests.btrfs-332': 'xfstests.btrfs.332',
    'xfstests/generic/001': 'xfstests.generic.001',
    'fstests.generic_001': 'xfstests.generic.001',
    'blktests-ddp/block/001': 'blktests.block.001',
    'blktests.nvme.006': 'blktests.nvme.006',
    'xfstests.format-disk-partitions': 'xfstests.format-disk-partitions',
  };
  for (const [written, name] of Object.entries(names)) expect(canonicalTestName(written)).toBe(name);
});

describe('more tests than any of them has come in several events of one run', () => {
  const MANY = 20_500;
  const parts = (events: readonly NewEvent[]) =>
    runsOf(events).map(({ part, results, platform }) => [part, results, platform]);

  it('of xfstests, and what its lists say of those that were told already is told beside them', async () => {
    const names = Array.from({ length: MANY }, (_, i) => `generic/001-${i}`);
    const lists = `Ran: ${names[0]!} ${names[MANY - 1]!}\nFailures: ${names[0]!} ${names[MANY - 1]!}\n`;
    const { events } = await read(`${head()}${names.map((name) => `${name} 1s\n`).join('')}${lists}`);
    expect(parts(events)).toEqual([
      [1, 20_000, 'box'],
      [2, 501, 'box'],
    ]);
    expect(resultsOf(events).slice(-2)).toEqual([
      [`xfstests.generic.001-${MANY - 1}`, 'fail'],
      // Its line said that it passed, in a part that was given: both are held.
      ['xfstests.generic.001-0', 'fail'],
    ]);
    expect(rejectsOf(events)).toEqual(['check lists generic/001-0 as failed, and its line says otherwise']);
  });

  it('of blktests', async () => {
    const { events } = await read('block/001 (a)    [passed]\n    runtime  ...  1.0s\n'.repeat(MANY));
    expect(parts(events)).toEqual([
      [1, 20_000, undefined],
      [2, 500, undefined],
    ]);
  });

  it('is refused with its line where a section has more tests than memory has room for', async () => {
    const lines = Array.from({ length: 500_001 }, (_, i) => `generic/001-${i} 1s\n`);
    const most = /^more than 500000 tests in one section/;
    await expect(read(`${head()}${lines.join('')}`)).rejects.toMatchObject({
      diagnostics: [{ message: expect.stringMatching(most) as string, place: { line: 500_006 } }],
    });
  });
});

it.each([
  ['xfs/161 [not run] no such module\n', ['skip xfstests.xfs.161']],
  [
    '\ngeneric/001\t 2s\ngeneric/002 [failed, exit status 1]\n',
    ['pass xfstests.generic.001', 'fail xfstests.generic.002'],
  ],
  [
    '_check_generic_filesystem: inconsistent\ngeneric/085   21s\nFailures: generic/084\n',
    ['pass xfstests.generic.085', 'fail xfstests.generic.084'],
  ],
])('tells a piece that was cut out of what check prints: %j', async (piece, told) => {
  expect(await toldBy(piece)).toEqual(told);
});

it.each(['generic/001 fails since v6.19, as xfs/161 does\n', 'See below.\n\ngeneric/001 5s ... 6s\n'])(
  'takes no prose for such a piece: %j',
  async (prose) => {
    await expect(read(prose)).rejects.toThrow('not recognised');
  },
);
