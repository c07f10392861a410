import { describe, expect, it } from 'vitest';
import { LKP, LKP_MERGED, mail, runsOf, told } from './report-mails.ts';
import { read } from './support.ts';

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

  /** What was seen at which commit, with what the mail says of it. */
  const seen = async (body: string) =>
    (await runsOf(mail(robot, '[linux-next]', body))).flatMap((run) =>
      run.results.map((r) => [run.commit?.slice(0, 10), r.outcome, r.test, r.reason]),
    );

  it('gives the other tests that failed, and how the parent did, from its tables', async () => {
    const table = [
      '',
      'e74048650eaff667 fd0dfc48f1ed0430088e3bb2c6e',
      '---------------- ---------------------------',
      '       fail:runs  %reproduction    fail:runs',
      '           |             |             |',
      '           :6          100%           6:6     kernel-selftests.vm.run_vmtests.sh../hugepage_shm.fail',
      '          1:6           33%           3:6     kernel-selftests.vm.b.fail',
      '           :6           16%           1:6     dmesg.timestamp:last',
    ].join('\n');
    expect(await seen(LKP + table)).toEqual([
      [
        'fd0dfc48f1',
        'fail',
        'kselftest.vm.run_vmtests.sh.hugepage_shm',
        'kernel-selftests.vm.run_vmtests.sh../hugepage_shm.fail',
      ],
      ['fd0dfc48f1', 'fail', 'kselftest.vm.b', 'failed in 3 of 6 runs'],
      ['e74048650e', 'pass', 'kselftest.vm.run_vmtests.sh.hugepage_shm', 'failed in 0 of 6 runs'],
      ['e74048650e', 'fail', 'kselftest.vm.b', 'failed in 1 of 6 runs'],
    ]);
  });

  it('gives how the parent did from its table of boots', async () => {
    const body = [
      'kernel test robot noticed "WARNING:at_lib/x.c:#f" on:',
      '',
      `commit: ${'ab'.repeat(20)} ("x: y")`,
      '',
      'in testcase: ltp',
      'on test machine: qemu-system-x86_64 -enable-kvm -smp 2',
      '',
      '+-----------------------+------------+------------+',
      '|                       | e67095fd2f | abababab12 |',
      '+-----------------------+------------+------------+',
      '| boot_successes        | 25         | 12         |',
      '| boot_failures         | 0          | 17         |',
      '| WARNING:at_lib/x.c:#f | 0          | 17         |',
      '| RIP:f                 | 0          | 17         |',
      '+-----------------------+------------+------------+',
    ].join('\n');
    expect(await seen(body)).toEqual([
      ['ababababab', 'fail', 'ltp', 'WARNING:at_lib/x.c:#f'],
      ['e67095fd2f', 'pass', 'ltp', 'WARNING:at_lib/x.c:#f, failed in 0 of 25 runs'],
    ]);
    expect((await runsOf(mail(robot, '[x]', body)))[0]).toMatchObject({ arch: 'x86_64' });
  });

  it('says how many configurations of a branch were built, and which of them broke', async () => {
    const body = [
      'tree/branch: https://git.kernel.org/pub/scm/linux/kernel/git/next/linux-next.git master',
      `branch HEAD: ${'ab'.repeat(20)}  Add linux-next specific files`,
      '',
      'Error/Warning ids grouped by kconfigs:',
      '',
      'gcc_recent_errors',
      '|-- arm-randconfig-004-20260715',
      '|   |-- arm-linux-gnueabi-ld:x.c:(.text):undefined-reference-to-f',
      '|   `-- x.c:warning:no-previous-prototype-for-f',
      '|-- m68k-defconfig',
      '|   `-- drivers-x.c:warning:missing-braces',
      '`-- loongarch-randconfig-r073-20260714',
      '    `-- drivers-x.c-f()-error:buffer-overflow-y',
      'clang_recent_errors',
      '|-- hexagon-allmodconfig',
      ...Array.from({ length: 7 }, (_, i) => `|   |-- ld.lld:error:undefined-symbol:f${i}`),
      '`-- mips-allyesconfig',
      '    `-- ERROR:f-drivers-x.ko-undefined',
      '',
      'elapsed time: 764m',
      '',
      'configs tested: 177',
      '|-- s390-defconfig',
      '|   `-- y.c:error:z',
    ].join('\n');
    const runs = await runsOf(mail(robot, '[linux-next:master] BUILD REGRESSION', body));
    const common = { tree: 'linux-next', commit: 'ab'.repeat(20) };
    const broke = (reason: string) => [{ test: 'build', outcome: 'fail', reason }];
    expect(runs).toMatchObject([
      { ...common, tool: 'build', totals: { total: 177 }, results: [] },
      {
        ...common,
        arch: 'arm',
        config: 'arm-randconfig-004-20260715',
        tool: 'gcc',
        results: broke('arm-linux-gnueabi-ld:x.c:(.text):undefined-reference-to-f'),
      },
      {
        arch: 'hexagon',
        tool: 'clang',
        results: broke(
          [...[0, 1, 2, 3, 4].map((i) => `ld.lld:error:undefined-symbol:f${i}`), '2 more'].join('; '),
        ),
      },
      { arch: 'mips', tool: 'clang', results: broke('ERROR:f-drivers-x.ko-undefined') },
    ]);
  });

  it.each(['m68k', 'openrisc', 'um', 'sparc64'])(
    'knows the architecture of a configuration: %s',
    async (arch) => {
      const body = LKP_MERGED.replace('x86_64-rhel-8.3', `${arch}-allmodconfig`);
      expect(
        (await read(mail(robot, '[x]', body))).events.find((e) => e.type === 'BreakageClaimed')?.payload,
      ).toMatchObject({ archs: [arch.replace('64', '')] });
    },
  );
});
