import { describe, expect, it } from 'vitest';
import { read, runsOf, toldBy } from '../support.ts';

const told = async (log: string) => (await toldBy(log)).map((line) => line.replace('perf-test.', ''));
const resultsIn = async (log: string) =>
  (await read(log)).events.flatMap((e) => (e.type === 'RunObserved' ? e.payload.results : []));

describe('what perf test prints', () => {
  const LOG = [
    '  1: vmlinux symtab matches kallsyms                       : Skip',
    '  2: Detect openat syscall event                           : FAILED!',
    '  8: PERF_RECORD_* events & perf_sample fields             : Ok',
    '22: Watchpoint                                            :',
    '22.1: Read Only Watchpoint                                : Skip (missing hardware support)',
    '22.2: Write Only Watchpoint                               : Ok',
    "64: probe libc's inet_pton & backtrace it with ping       : Ok",
    '67: Check open filename arg using perf trace + vfs_getname: FAILED! (some: reason)',
    '',
  ];

  it('is a run, a test named by its description, a part below it', async () => {
    const found = await read(LOG.join('\n'));
    expect(found.format).toBe('perf-test');
    expect(runsOf(found.events)).toMatchObject([{ tool: 'perf-test', results: 7 }]);
    expect(await told(LOG.join('\r\n'))).toEqual([
      'skip vmlinux_symtab_matches_kallsyms',
      'fail Detect_openat_syscall_event',
      'pass PERF_RECORD__events_perf_sample_fields',
      'skip Watchpoint.Read_Only_Watchpoint',
      'pass Watchpoint.Write_Only_Watchpoint',
      'pass probe_libc_s_inet_pton_backtrace_it_with_ping',
      'fail Check_open_filename_arg_using_perf_trace_+_vfs_getname',
    ]);
    expect((await resultsIn(LOG.join('\n'))).map(({ reason }) => reason)).toEqual([
      undefined,
      undefined,
      undefined,
      'missing hardware support',
      undefined,
      undefined,
      'some: reason',
    ]);
  });

  it('is known on the day of the last command that a lab wrote before it', async () => {
    const log = `2026-02-02 10:00:00 sudo /usr/src/tools/perf/perf test 1\n${LOG[0]!}\n2026-02-03 10:00:00 sudo /usr/src/tools/perf/perf test 2\n${LOG[1]!}\n`;
    expect(runsOf((await read(log)).events)).toMatchObject([{ knownAt: '2026-02-03', results: 2 }]);
  });
});

describe('what perf test -v prints', () => {
  it('tells a test behind its output, with or without its number', async () => {
    const log = [
      '  1: vmlinux symtab matches kallsyms                       :',
      '--- start ---',
      'test child forked, pid 4164115',
      'perf: Segmentation fault',
      'test child interrupted',
      '---- end ----',
      'vmlinux symtab matches kallsyms: FAILED!',
      ' 12: Parse events                                          :',
      ' 12.1: Parsing without PMU name:',
      '--- start ---',
      'num_dies: Ok',
      '---- unexpected signal (11) ----',
      ' 12.1: Parsing without PMU name                            : FAILED!',
      ' 22: Watchpoint                                            :',
      ' 22.1: Read Only Watchpoint                                :',
      '--- start ---',
      '---- end(-2) ----',
      'Watchpoint subtest 1: Skip',
      ' 22.2: Write Only Watchpoint                               : Running (1 active)',
      '',
    ];
    expect(await told(log.join('\n'))).toEqual([
      'fail vmlinux_symtab_matches_kallsyms',
      'fail Parse_events.Parsing_without_PMU_name',
      'skip Watchpoint.Read_Only_Watchpoint',
      'miss Watchpoint.Write_Only_Watchpoint',
    ]);
    const results = await resultsIn(log.join('\n'));
    expect(results.map(({ reason }) => reason)).toEqual([
      'test child interrupted',
      'signal 11',
      'it ended with -2',
      'the log has no verdict of it',
    ]);
    expect(results[1]!.excerpt).toBe('num_dies: Ok\n---- unexpected signal (11) ----');
  });

  it('leaves no test that another follows without a verdict', async () => {
    expect(await told(' 3: One :\n--- start ---\nx\n 4: Two : Ok\n 5: Three :\n')).toEqual([
      'miss One',
      'pass Two',
      'miss Three',
    ]);
  });
});

it('takes no numbered list for results of perf', async () => {
  await expect(read('Plan:\n 1: look at it: ok\n 2: write it: FAILED, twice\n')).rejects.toThrow(
    'not recognised',
  );
});
