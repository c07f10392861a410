import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { reportsIn } from '../../../importers/mail/reports/reports-in.ts';
import { stableNews } from '../../../importers/mail/stable.ts';
import type { Message } from '../../../importers/mail/message.ts';
import { read } from './support.ts';

const mail = (from: string, subject: string, body: string, more = '') =>
  `From: ${from}\nDate: Thu, 3 Apr 2025 20:56:00 +0000\nMessage-ID: <r@x>\nSubject: ${subject}\n${more}\n${body}\n`;

const LKFT = `> ## Test Regressions (compared to v1.0)
> * quoted, boot
>   - nothing

Regressions on arm64.

## Build
* kernel: 6.13.10-rc1
* git: https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux-stable-rc.git
* git commit: 8cbfaadfa0ec371208123554d6ad9994433929bb
* git describe: v6.13.7-385-g8cbfaadfa0ec
* test details:
https://qa-reports.linaro.org/lkft/linux-stable-rc-linux-6.13.y/build/v6.13.7-385-g8cbfaadfa0ec

## Test Regressions (compared to v6.13.9)
* arm64, build
  - clang-nightly-allyesconfig

* dragonboard-410c, kselftest-rseq
  - rseq_basic_test
  - rseq_param_test

* qemu-armv7, kunit and
* x86, kunit
  - drm_test_check

## Metric Regressions (compared to v6.13.9)
* arm64, metric
  - size

## Test Fixes (compared to v6.13.9)
* juno-r2, kselftest-rtc
  - rtc.rtctest

## Test result summary
total: 125983, pass: 99795, fail: 7289, skip: 18899, xfail: 0

## Build Summary
* arm64: 57 total, 56 passed, 1 failed
`;

const PADDED = `Results from Linaro's test farm.

Summary
------------------------------------------------------------------------

kernel: 5.1.0-rc6
git repo: https://git.kernel.org/pub/scm/linux/kernel/git/next/linux-next.git
git branch: master
git commit: 76c938fca4dd2fb4e3c5d1ae6a3a0e7dd8a1e6a2
git describe: next-20190426
Test details: https://qa-reports.linaro.org/lkft/linux-next-oe/build/next-20190426

Regressions (compared to build next-20190425)
------------------------------------------------------------------------
x15:
  kselftest:
    * rseq_basic_test
    * rseq_param_test

No fixes (compared to build next-20190425)

Ran 12345 total tests in the following environments and test suites.

Environments
--------------
- x15 - arm
- x86_64
`;

const MAESTRO = `Hello,

New boot regression found on next/master:

---
 sleeping function called from
 invalid context
---

- dashboard: https://d.kernelci.org/i/maestro:4a76
- giturl: https://git.kernel.org/pub/scm/linux/kernel/git/next/linux-next.git
- commit HEAD:  5303936d609e09665deda94eaedf26a0e5c3a087
- tags: next-20250820

# Hardware platforms affected:

## mt8186-corsola
- dashboard: https://d.kernelci.org/test/maestro:68a5
- compatibles: google,steelix
- 1 fails since 2025-08-20 07:25 UTC
- test path: boot.nfs
- last pass: https://d.kernelci.org/test/maestro:68a4
    - on 2025-08-19 07:38 UTC
    - commit hash:  886e5e7b0432360842303d587bb4a65d10741ae8
    - test id:  maestro:68a4

# Builds where the incident occurred:

## defconfig+allmodconfig on (arm):
- compiler: clang-17
- dashboard: https://d.kernelci.org/build/maestro:6859

#kernelci issue maestro:4a76

Reported-by: kernelci.org bot <bot@kernelci.org>
`;

const BISECTION = `* * * * *
* This automated bisection report was sent to you on the basis  *
* * * * *

mainline/master bisection: baseline.login on rk3288-veyron-jaq

Summary:
  Start:      7d42e9818258 Merge tag 'gpio-fixes'
  Plain log:  https://storage.kernelci.org/mainline/master/v5.15-rc2-159-g7d42e9818258/arm/multi_v7_defconfig/gcc-8/lab/x.txt
  Result:     9ce9a02039de pinctrl/rockchip: drop the gpio related codes

Checks:
  revert:     PASS
  verify:     PASS

Parameters:
  Tree:       mainline
  Target:     rk3288-veyron-jaq
  CPU arch:   arm
  Compiler:   gcc-8
  Config:     multi_v7_defconfig
  Test case:  baseline.login

Breaking commit found:

-------------------------------------------------------------------------------
commit 9ce9a02039de72ec8af1bd4bff14f1780337ffcc
Author: Somebody <s@example.org>
`;

const SUMMARY = `next/master baseline: 201 runs, 1 regressions (next-20230120)

Regressions Summary
-------------------

  Test:     baseline
  Tree:     next
  Branch:   master
  Describe: next-20230120
  SHA:      d514392f17fd4d386cfadde7f849d97db4ca1fb0

Test Regressions
----------------

platform | arch  | lab           | compiler | defconfig | regressions
---------+-------+---------------+----------+-----------+------------
imx53    | arm   | lab-x         | gcc-10   | multi_v7  | 1

  Details:     https://kernelci.org/test/plan/id/63ca

  * baseline.login: https://kernelci.org/test/case/id/63cb
        failing since 12 days (last pass: v6.2-rc1, first fail: v6.2-rc2)
`;

const LKP = `Greeting,

FYI, we noticed kernel-selftests.vm.run_vmtests.sh../hugepage_shm.fail due to commit (built with gcc-11):

commit: fd0dfc48f1ed0430088e3bb2c6e7d51379165afd ("[PATCH v9] selftests/vm: enable groups")
base: https://git.kernel.org/cgit/linux/kernel/git/akpm/mm.git mm-everything
patch link: https://lore.kernel.org/lkml/20221018231222.1884715-1-j@redhat.com

in testcase: kernel-selftests
version: kernel-selftests-x86_64-9313ba54-1_20221017
with following parameters:

=========================================================================================
compiler/group/kconfig/rootfs/tbox_group/testcase:
  gcc-11/vm/x86_64-rhel-8.3-kselftests/debian-12.cgz/lkp-csl-2sp9/kernel-selftests

on test machine: 88 threads 2 sockets
`;
const LKP_MERGED = `Hello,

kernel test robot noticed a -6.0% regression of stress-ng.lockbus.ops_per_sec on:

commit: 0fa2857d23aa170e5e28d13c467b303b0065aad8 ("mm: store zero pages")
https://git.kernel.org/cgit/linux/kernel/git/next/linux-next.git master

testcase: stress-ng
config: x86_64-rhel-8.3
compiler: gcc-12
test machine: 64 threads
`;

const runsOf = async (text: string) =>
  (await read(text)).events.flatMap((e) => (e.type === 'RunObserved' ? [e.payload] : []));
const told = async (text: string) =>
  (await runsOf(text)).flatMap((r) =>
    r.results.map((x) => `${r.release ?? '?'} ${r.arch ?? '?'} ${r.platform ?? '?'} ${x.outcome} ${x.test}`),
  );

describe('a report of LKFT', () => {
  it('gives regressions and fixes by machine, at both builds, and totals', async () => {
    const text = mail('Naresh <n@linaro.org>', 'Re: [PATCH 6.13 00/23] 6.13.10-rc1 review', LKFT);
    expect(await told(text)).toEqual([
      'v6.13.10-rc1 arm64 ? fail build',
      'v6.13.10-rc1 ? dragonboard-410c fail kselftest.rseq.basic_test',
      'v6.13.10-rc1 ? dragonboard-410c fail kselftest.rseq.param_test',
      'v6.13.10-rc1 arm qemu-armv7 fail kunit.drm_test_check',
      'v6.13.10-rc1 x86_64 x86 fail kunit.drm_test_check',
      'v6.13.9 arm64 ? pass build',
      'v6.13.9 ? dragonboard-410c pass kselftest.rseq.basic_test',
      'v6.13.9 ? dragonboard-410c pass kselftest.rseq.param_test',
      'v6.13.9 arm qemu-armv7 pass kunit.drm_test_check',
      'v6.13.9 x86_64 x86 pass kunit.drm_test_check',
      'v6.13.10-rc1 ? juno-r2 pass kselftest.rtc.rtctest',
      'v6.13.9 ? juno-r2 fail kselftest.rtc.rtctest',
    ]);
    const runs = await runsOf(text);
    expect(runs.flatMap((r) => (r.totals ? [[r.arch, r.totals]] : []))).toEqual([
      [undefined, { total: 125983, pass: 99795, fail: 7289, skip: 18899, xfail: 0 }],
      ['arm64', { total: 57, pass: 56, fail: 1 }],
    ]);
    expect(runs[0]).toMatchObject({
      origin: 'lkft',
      kernel: '6.13.10-rc1',
      commit: '8cbfaadfa0ec371208123554d6ad9994433929bb',
      tree: 'linux-stable-rc',
      url: 'https://qa-reports.linaro.org/lkft/linux-stable-rc-linux-6.13.y/build/v6.13.7-385-g8cbfaadfa0ec',
    });
    expect(runs[2]).toMatchObject({ config: 'clang-nightly-allyesconfig' });
    expect((await read(text)).events.find((e) => e.type === 'BreakageClaimed')).toMatchObject({
      payload: { says: 'broken', releases: ['v6.13.10-rc1'], lastGood: 'v6.13.9' },
    });
  });

  it('is read in the older, padded layout too', async () => {
    const text = mail('lkft@linaro.org', 'next-20190426 kselftest results', PADDED);
    expect(await told(text)).toEqual([
      'next-20190426 arm x15 fail kselftest.rseq.basic_test',
      'next-20190426 arm x15 fail kselftest.rseq.param_test',
      'next-20190425 arm x15 pass kselftest.rseq.basic_test',
      'next-20190425 arm x15 pass kselftest.rseq.param_test',
    ]);
    expect((await runsOf(text))[0]!.totals).toEqual({ total: 12345 });
  });
});

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
      '  history:  > ❌',
    ].join('\n');
    const runs = await runsOf(mail('bot <bot@kernelci.org>', '[STATUS] next/master', body));
    expect(runs[0]).toMatchObject({ tool: 'build', totals: { total: 61, pass: 58, fail: 2 } });
    expect(
      runs.slice(1).map((r) => [r.platform, r.arch, r.config, r.results[0]!.test, r.results[0]!.outcome]),
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
});

describe('a report of 0-day', () => {
  const robot = 'kernel test robot <oliver.sang@intel.com>';
  it('gives the builds and boots that failed, as older reports list them', async () => {
    const head = [
      'x/master boot: 3 boots: 2 failed, 1 passed (next-20191129)',
      'Full Boot Summary: https://kernelci.org/boot/all/job/x/kernel/next-20191129/',
      '',
      'Tree: x',
      'Git Describe: next-20191129',
      `Git Commit: ${'ab'.repeat(20)}`,
      '',
    ];
    const boots = [
      'Boot Regressions Detected:',
      '',
      'arm:',
      '    multi_v7_defconfig+CONFIG_SMP=n:',
      '        gcc-8:',
      '          rk3288-jaq:',
      '              lab-a: new failure (last pass: next-20191114)',
      '              lab-b: failing since 3 days (last pass: next-20191114 - first fail: next-20191115)',
      '',
      'Boot Failures Detected:',
      '',
      'arm:',
      '    multi_v7_defconfig+CONFIG_SMP=n:',
      '        gcc-8:',
      '            rk3288-jaq: 1 failed lab',
      '',
      'arm64:',
      '    defconfig',
      '        khadas-vim3: 2 failed labs',
      '',
      'Offline Platforms:',
      '',
      'arm:',
      '    exynos_defconfig:',
      '        gcc-8',
      '            peach-pi: 1 offline lab',
    ];
    const text = mail('bot <bot@kernelci.org>', 'x boot', [...head, ...boots].join('\n'));
    expect(await told(text)).toEqual([
      'next-20191114 arm rk3288-jaq pass boot',
      'next-20191129 arm rk3288-jaq fail boot',
      'next-20191129 arm64 khadas-vim3 fail boot',
    ]);
    expect((await runsOf(text))[2]).toMatchObject({
      config: 'multi_v7_defconfig+CONFIG_SMP=n',
      tool: 'gcc-8',
      commit: 'ab'.repeat(20),
    });
    const builds = [
      'x/master build: 3 builds: 2 failed, 1 passed (next-20191129)',
      ...head.slice(1),
      'Build Failure Detected:',
      '',
      'arm64:',
      '    allmodconfig: (clang-13) FAIL',
      '    defconfig: FAIL',
      '',
      'Errors and Warnings Detected:',
      '',
      'arm64:',
      '    allmodconfig (clang-13): 1 error',
    ];
    const found = await runsOf(mail('bot <bot@kernelci.org>', 'x build', builds.join('\n')));
    expect(found.map((run) => [run.config, run.tool, run.totals ?? null])).toEqual([
      [undefined, 'build', { total: 3, pass: 1, fail: 2 }],
      ['allmodconfig', 'clang-13', null],
      ['defconfig', undefined, null],
    ]);
    const fine = [
      'x/master build: 1 build: 0 failed, 1 passed (next-20191129)',
      head[1]!.replace('Boot', 'Build'),
      ...head.slice(2),
    ].join('\n');
    expect(await runsOf(mail('bot <bot@kernelci.org>', 'x build', fine))).toMatchObject([
      { release: 'next-20191129', tool: 'build', totals: { total: 1, pass: 1, fail: 0 }, results: [] },
    ]);
  });

  it('names a patch that is only posted by its posting', async () => {
    const { events } = await read(mail(robot, 'Re: [PATCH v9]', LKP));
    expect(events.find((e) => e.type === 'CulpritClaimed')).toMatchObject({
      payload: { change: '<20221018231222.1884715-1-j@redhat.com>', method: 'bisect' },
    });
    expect(events.find((e) => e.type === 'RunObserved')).toMatchObject({
      payload: {
        origin: '0-day',
        commit: 'fd0dfc48f1ed0430088e3bb2c6e7d51379165afd',
        tool: 'gcc-11',
        arch: 'x86_64',
        config: 'x86_64-rhel-8.3-kselftests',
        platform: '88 threads 2 sockets',
        results: [{ test: 'kselftest.vm.run_vmtests.sh.hugepage_shm', outcome: 'fail' }],
      },
    });
  });

  it('says the architecture by the suite that was run, where it names no configuration', async () => {
    const bare = LKP.replace(/=+\n.*\n.*\n/, '').replace('9313ba54', 'x');
    const { events } = await read(mail(robot, 'Re: [PATCH v9]', bare));
    expect(events.find((e) => e.type === 'RunObserved')?.payload).toMatchObject({ arch: 'x86_64' });
  });

  it('tells a slower kernel from a broken one', async () => {
    const { events } = await read(mail(robot, '[linux-next] regression', LKP_MERGED));
    expect(events.find((e) => e.type === 'BreakageClaimed')).toMatchObject({
      payload: {
        says: 'degraded',
        archs: ['x86_64'],
        introducedBy: '0fa2857d23aa170e5e28d13c467b303b0065aad8',
      },
    });
    expect(events.some((e) => e.type === 'RunObserved')).toBe(false);
  });
});

describe('any mail', () => {
  it('may say what git bisect found; what is quoted is not said', async () => {
    const found = async (body: string) =>
      (await read(mail('a@example.org', 'it broke', body))).events.flatMap((e) =>
        e.type === 'CulpritClaimed' ? [e.payload.change] : [],
      );
    const hash = 'c'.repeat(40);
    expect(await found(`# first bad commit: [${hash}] mm: x`)).toEqual([hash]);
    expect(await found(`${hash} is the first bad commit`)).toEqual([hash]);
    expect(await found(`> # first bad commit: [${hash}] mm: x`)).toEqual([]);
  });

  it('gives no report where there is none, whatever is cut from one', () => {
    const message = (text: string): Message => ({
      id: '<r@x>',
      from: 'kernel test robot <lkp@intel.com>',
      date: null,
      subject: '',
      inReplyTo: null,
      references: [],
      headers: [],
      text,
    });
    expect(reportsIn(message('hello'))).toEqual([]);
    for (const whole of [LKFT, PADDED, MAESTRO, BISECTION, SUMMARY, LKP, LKP_MERGED])
      fc.assert(
        fc.property(fc.nat(whole.length), fc.nat(whole.length), fc.string(), (a, b, put) => {
          const text = whole.slice(0, Math.min(a, b)) + put + whole.slice(Math.max(a, b));
          for (const { runs } of reportsIn(message(text)))
            for (const run of runs) for (const r of run.results) expect(r.test).not.toBe('');
        }),
        { numRuns: 60 },
      );
  });
});

describe('a mail of the stable team', () => {
  const hash = 'd'.repeat(40);
  it('says how far a change has come', () => {
    expect(
      stableNews('[PATCH 6.1 012/197] mm: fix', `6.1-stable review\n\ncommit ${hash} upstream.\n`),
    ).toEqual({
      change: hash,
      line: '6.1.y',
      status: 'queued',
    });
    expect(stableNews('[PATCH AUTOSEL 6.1 1/5] mm: fix', `[ Upstream commit ${hash} ]`)?.status).toBe(
      'posted',
    );
    expect(
      stableNews(
        'FAILED: patch "[PATCH] mm: fix" failed to apply to 5.15-stable tree',
        `git cherry-pick -x ${hash}`,
      ),
    ).toEqual({ change: hash, line: '5.15.y', status: 'failed-to-apply' });
    expect(stableNews('[PATCH v2 1/2] mm: fix', `[ Upstream commit ${hash} ]`)).toBeNull();
  });
});
