import { read } from '../support.ts';

/** A message of this sender. */
export const mail = (from: string, subject: string, body: string, more = '') =>
  `From: ${from}\nDate: Thu, 3 Apr 2025 20:56:00 +0000\nMessage-ID: <r@x>\nSubject: ${subject}\n${more}\n${body}\n`;

export const LKFT = `> ## Test Regressions (compared to v1.0)
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

export const PADDED = `Results from Linaro's test farm.

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

export const MAESTRO = `Hello,

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

export const BISECTION = `* * * * *
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

export const SUMMARY = `next/master baseline: 201 runs, 1 regressions (next-20230120)

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

export const LKP = `Greeting,

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
export const LKP_MERGED = `Hello,

kernel test robot noticed a -6.0% regression of stress-ng.lockbus.ops_per_sec on:

commit: 0fa2857d23aa170e5e28d13c467b303b0065aad8 ("mm: store zero pages")
https://git.kernel.org/cgit/linux/kernel/git/next/linux-next.git master

testcase: stress-ng
config: x86_64-rhel-8.3
compiler: gcc-12
test machine: 64 threads
`;

/** The runs that a mail reports. */
export const runsOf = async (text: string) =>
  (await read(text)).events.flatMap((e) => (e.type === 'RunObserved' ? [e.payload] : []));
/** Their results, one line each. */
export const told = async (text: string) =>
  (await runsOf(text)).flatMap((r) =>
    r.results.map((x) => `${r.release ?? '?'} ${r.arch ?? '?'} ${r.platform ?? '?'} ${x.outcome} ${x.test}`),
  );
