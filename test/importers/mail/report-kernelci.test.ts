import { describe, expect, it } from 'vitest';
import { BISECTION, MAESTRO, SUMMARY, mail, runsOf, told } from './report-mails.ts';
import { read } from '../support.ts';

describe('a report of KernelCI', () => {
  it('gives machines, builds, tests, and when each passed last', async () => {
    const runs = await runsOf(mail('KernelCI bot <bot@kernelci.org>', '[REGRESSION] next/master', MAESTRO));
    expect(runs).toMatchObject([
      {
        origin: 'kernelci',
        release: 'next-20250820',
        commit: '5303936d609e09665deda94eaedf26a0e5c3a087',
        platform: 'mt8186-corsola',
        tree: 'next',
        startedAt: '2025-08-20T07:25:00Z',
        results: [
          { test: 'boot.nfs', outcome: 'fail', reason: 'sleeping function called from invalid context' },
        ],
      },
      {
        commit: '886e5e7b0432360842303d587bb4a65d10741ae8',
        startedAt: '2025-08-19T07:38:00Z',
        results: [{ test: 'boot.nfs', outcome: 'pass' }],
      },
      {
        arch: 'arm',
        config: 'defconfig+allmodconfig',
        tool: 'clang-17',
        build: 'maestro:6859',
        results: [{ test: 'build', outcome: 'fail' }],
      },
    ]);
  });

  it('of one test gives its place, its status, and where it passed last', async () => {
    const body = [
      'New test failure found on mainline/master:',
      '',
      'kselftest.rseq.rseq_basic_test running on rock-3a',
      '',
      '- dashboard: https://d.kernelci.org/t/maestro:1',
      `- commit HEAD: ${'ab'.repeat(20)}`,
      '- tags: v6.19-rc1',
      '',
      'test id: maestro:1',
      'status: FAIL',
      'start time: 2026-06-01 12:00:00+00:00',
      'history: ✅ → ❌',
      '',
      '# Test details:',
      '- test path: kselftest.rseq.rseq_basic_test',
      '- platform: rock-3a',
      '- config: defconfig',
      '- architecture: arm64',
      '- compiler: gcc-12',
      '',
      `#regzbot introduced: ${'cd'.repeat(20)}..${'ab'.repeat(20)}`,
      '',
      '#kernelci test maestro:1',
    ].join('\n');
    const text = mail('bot <bot@kernelci.org>', '[REGRESSION] mainline/master', body);
    expect(await runsOf(text)).toMatchObject([
      {
        release: 'v6.19-rc1',
        commit: 'ab'.repeat(20),
        platform: 'rock-3a',
        arch: 'arm64',
        config: 'defconfig',
        tool: 'gcc-12',
        startedAt: '2026-06-01T12:00:00Z',
        results: [{ test: 'kselftest.rseq.basic_test', outcome: 'fail', reason: 'history: ✅ → ❌' }],
      },
      {
        commit: 'cd'.repeat(20),
        arch: 'arm64',
        results: [{ test: 'kselftest.rseq.basic_test', outcome: 'pass' }],
      },
    ]);
  });

  it('of a day gives totals, and the tests whose results changed, in both forms that it has had', async () => {
    const body = [
      'Status summary for next/master',
      '',
      'Dashboard:',
      `https://d.kernelci.org/c/next/master/${'ab'.repeat(20)}/`,
      '',
      `commit hash: ${'ab'.repeat(20)}`,
      '',
      'Builds:\t   58 ✅    2 ❌    1 ⚠️',
      '',
      '### POSSIBLE REGRESSIONS',
      '    ',
      'Hardware: board-a',
      '  > Config: defconfig+kselftest',
      '    - Architecture/compiler: arm64/gcc-14',
      '      - kselftest.rseq.rseq_basic_test',
      '      last run: https://d.kernelci.org/test/maestro:1',
      '      history:  > ✅  > ✅  > ❌  ',
      '            ',
      '      - boot',
      '      last run: https://d.kernelci.org/test/maestro:2',
      '      history:  > ✅  > ⚠️  ',
      '',
      '### FIXED REGRESSIONS',
      'Hardware: board-b',
      '- kselftest.alsa (defconfig)',
      '  last run: https://d.kernelci.org/test/maestro:3',
      '  history:  > ❌  > ✅  ',
      '',
      '### NEW BUILD ISSUES',
      '- Issue: maestro:4 | version: 1',
      '  Build: maestro:5',
      "  Comment:  variable 'x' is uninitialized in a.o (a.c)",
      '  First seen: 2025-10-22 04:01:58+00:00',
      '  Culprit: code',
      '  history:  > ❌',
      '- Issue: maestro:6 | version: 1',
      '  Build: maestro:7',
      '  Comment: the compiler is gone',
      '  Culprit: tool',
      '- Issue: maestro:4 | version: 1',
      '  Build: maestro:8',
      '',
      'This branch has 9 pre-existing build issues.',
      '  Build: maestro:9',
    ].join('\n');
    const runs = await runsOf(mail('bot <bot@kernelci.org>', '[STATUS] next/master', body));
    expect(runs[0]).toMatchObject({ tool: 'build', totals: { total: 61, pass: 58, fail: 2 } });
    expect(
      runs.slice(4).map((r) => [r.build, r.results[0]!.test, r.results[0]!.outcome, r.results[0]!.reason]),
    ).toEqual([
      ['maestro:5', 'build', 'fail', "variable 'x' is uninitialized in a.o (a.c)"],
      ['maestro:7', 'build', 'error', 'the compiler is gone'],
      ['maestro:8', 'build', 'fail', 'maestro:4'],
    ]);
    expect(
      runs.slice(1, 4).map((r) => [r.platform, r.arch, r.config, r.results[0]!.test, r.results[0]!.outcome]),
    ).toEqual([
      ['board-a', 'arm64', 'defconfig+kselftest', 'kselftest.rseq.basic_test', 'fail'],
      ['board-a', 'arm64', 'defconfig+kselftest', 'boot', 'unknown'],
      ['board-b', undefined, 'defconfig', 'kselftest.alsa', 'pass'],
    ]);
    expect(runs[1]!.results[0]!.reason).toBe('before: pass, pass');
  });

  it('gives the culprit of a bisection, checked or not', async () => {
    const { events } = await read(mail('bot <bot@kernelci.org>', 'bisection', BISECTION));
    expect(events.find((e) => e.type === 'CulpritClaimed')).toMatchObject({
      payload: {
        change: '9ce9a02039de72ec8af1bd4bff14f1780337ffcc',
        method: 'bisect',
        archs: ['arm'],
        note: 'bisected by KernelCI; verified, and reverting it helps',
      },
    });
    expect(events.find((e) => e.type === 'RunObserved')).toMatchObject({
      payload: {
        release: 'v5.15-rc2-159-g7d42e9818258',
        platform: 'rk3288-veyron-jaq',
        config: 'multi_v7_defconfig',
        results: [{ test: 'baseline.login', outcome: 'fail' }],
      },
    });
  });

  it('gives the history that an older summary tells', async () => {
    expect(await told(mail('bot <bot@kernelci.org>', 'next/master baseline', SUMMARY))).toEqual([
      'next-20230120 arm imx53 fail baseline.login',
      'v6.2-rc1 arm imx53 pass baseline.login',
    ]);
  });
  it('gives what a summary of 2020 tells, and in full what its tables cut short', async () => {
    const body = SUMMARY.replace(
      'imx53    | arm   | lab-x         | gcc-10   | multi_v7  | 1\n',
      'imx...qsb | arm  | lab-x | gcc-8 | multi_v7...SMP=n | 3/5    \n',
    ).replace(
      '\n  * baseline',
      [
        '  Full config: multi_v7_defconfig+CONFIG_SMP=n',
        '  Plain log:   https://storage.kernelci.org//next/x/lab-x/baseline-nfs-imx53-qsb.txt',
        '',
        '  * baseline.dmesg.alert: https://kernelci.org/test/case/id/63ca',
        '      new failure (last pass: v6.2-rc1)',
        '      8 lines* baseline',
      ].join('\n'),
    );
    const runs = await runsOf(mail('bot <bot@kernelci.org>', 'next/master baseline', body));
    expect(runs[0]).toMatchObject({ tool: 'baseline', totals: { total: 201 }, results: [] });
    expect(
      runs.slice(1).map((r) => [r.release, r.platform, r.config, r.results[0]!.test, r.results[0]!.outcome]),
    ).toEqual([
      ['next-20230120', 'imx53-qsb', 'multi_v7_defconfig+CONFIG_SMP=n', 'baseline.dmesg.alert', 'fail'],
      ['v6.2-rc1', 'imx53-qsb', 'multi_v7_defconfig+CONFIG_SMP=n', 'baseline.dmesg.alert', 'pass'],
      ['next-20230120', 'imx53-qsb', 'multi_v7_defconfig+CONFIG_SMP=n', 'baseline.login', 'fail'],
      ['v6.2-rc1', 'imx53-qsb', 'multi_v7_defconfig+CONFIG_SMP=n', 'baseline.login', 'pass'],
    ]);
  });
});
