import { describe, expect, it } from 'vitest';
import { LKP, LKP_MERGED, mail, runsOf, told } from './report-mails.ts';
import { read } from '../support.ts';

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

  /** What was seen at which commit, with what the mail says of it. */
  const seen = async (body: string) =>
    (await runsOf(mail(robot, '[linux-next]', body))).flatMap((run) =>
      run.results.map((r) => [run.commit?.slice(0, 10), r.outcome, r.test, r.reason]),
    );

  it('tells a slower kernel from a broken one', async () => {
    const { events } = await read(mail(robot, '[linux-next] regression', LKP_MERGED));
    expect(events.find((e) => e.type === 'BreakageClaimed')).toMatchObject({
      payload: {
        says: 'degraded',
        archs: ['x86_64'],
        introducedBy: '0fa2857d23aa170e5e28d13c467b303b0065aad8',
      },
    });
    const table = [
      '',
      '0fa2857d23aa170e 1fa2857d23aa170e5e28d13c467',
      '---------------- ---------------------------',
      '         %stddev     %change         %stddev',
      '   9.1e+08 ±  2%      -6.9%   8.4e+08 ±  4%  stress-ng.lockbus.ops_per_sec.other',
      '   1067456 ±  2%      -6.0%    1003408        stress-ng.lockbus.ops_per_sec',
    ];
    const figure = 'stress-ng.lockbus.ops_per_sec';
    const note = `-6.0% regression of ${figure}`;
    expect(await seen(LKP_MERGED)).toEqual([['0fa2857d23', 'fail', figure, note]]);
    expect(await seen(`${LKP_MERGED}${table.join('\n')}`)).toEqual([
      ['0fa2857d23', 'fail', figure, `${note}: 1003408, before 1067456`],
      ['0fa2857d23', 'pass', figure, '1067456'],
    ]);
  });

  it('says of an improvement that there is one, and of nothing that it is broken', async () => {
    const better = LKP_MERGED.replace('-6.0% regression', '36.0% improvement');
    const { events } = await read(
      mail(robot, '[linux-next:master] [mm]  0fa2857d23:  x 36.0% improvement', better),
    );
    expect(events.flatMap((e) => (e.type === 'MessageArchived' ? [] : [[e.type, e.payload]]))).toMatchObject([
      [
        'NoteAdded',
        {
          about: '0fa2857d23aa170e5e28d13c467b303b0065aad8',
          text: '0-day: 36.0% improvement of stress-ng.lockbus.ops_per_sec',
        },
      ],
    ]);
  });

  const checked = (heading: string, ...found: readonly string[]) =>
    [
      'tree:   https://git.kernel.org/pub/scm/linux/kernel/git/x/x.git dev',
      `commit: ${'ab'.repeat(20)} [17/25] x: y`,
      'config: i386-randconfig-a004 (https://download.example.org/config)',
      '',
      heading,
      '',
      '   fs/x.c: In function f:',
      ...found,
      '   1 warning generated.',
    ].join('\n');

  it.each([
    [
      'All errors (new ones prefixed by >>):',
      ">> fs/x.c:1:2: error: use of undeclared identifier 'a'",
      'build',
    ],
    [
      'All errors (new ones prefixed by >>, old ones prefixed by <<):',
      '>> ERROR: modpost: "f" [x.ko] undefined!',
      'build',
    ],
    [
      'All error/warnings (new ones prefixed by >>):',
      '>> x.c:(.text+0x1): undefined reference to `f`',
      'build',
    ],
    ['All error/warnings (new ones prefixed by >>):', '>> fs/x.c:1:2: warning: unused', 'build.warnings'],
    ['All warnings (new ones prefixed by >>):', '>> fs/x.c:1:2: warning: unused', 'build.warnings'],
    ['sparse warnings: (new ones prefixed by >>)', '>> fs/x.c:1:2: sparse: error: odd', 'build.sparse'],
    ['"sparse warnings: (new ones prefixed by >>)"', '>> fs/x.c:1:2: sparse: odd', 'build.sparse'],
    ['cocci warnings: (new ones prefixed by >>)', '>> fs/x.c:1:2-3: WARNING odd', 'build.cocci'],
    ['New smatch warnings:', 'fs/x.c:1 f() warn: odd', 'build.smatch'],
  ])('tells what ends a build from what is only said of it: %s %s', async (heading, line, test) => {
    const smatch = test === 'build.smatch';
    const body = checked(heading, line).replace(smatch ? '   fs/x.c: In function f:\n' : 'none', '');
    const { events } = await read(mail(robot, '[x:dev 17/25] x', body));
    const note = line.replace('>> ', '');
    const runs = events.flatMap((e) => (e.type === 'RunObserved' ? [e.payload] : []));
    expect(runs).toMatchObject([{ arch: 'i386', results: [{ test, outcome: 'fail', reason: note }] }]);
    expect(events.find((e) => e.type === 'BreakageClaimed')?.payload).toMatchObject({
      says: test === 'build' ? 'broken' : 'degraded',
      note,
    });
  });

  it('knows the commit that it made of a patch to build it', async () => {
    const body = [
      'kernel test robot noticed the following build warnings:',
      '',
      'config: arm-allyesconfig (attached as .config)',
      'reproduce:',
      `        git checkout ${'cd'.repeat(20)}`,
      '',
      'All warnings (new ones prefixed by >>):',
      '',
      '>> fs/x.c:1:2: warning: unused',
    ].join('\n');
    expect(await runsOf(mail(robot, 'Re: [PATCH] x', body))).toMatchObject([
      { commit: 'cd'.repeat(20), arch: 'arm', results: [{ test: 'build.warnings' }] },
    ]);
  });

  it('finds in the subject what older reports name nowhere else, and takes apart what it joins', async () => {
    const older = LKP.replace(
      'kernel-selftests.vm.run_vmtests.sh../hugepage_shm.fail due to',
      'the following',
    );
    const tests = async (subject: string, body = older) =>
      (await runsOf(mail(robot, subject, body))).flatMap((run) => run.results.map((r) => r.test));
    expect(await tests('[x]  fd0dfc48f1: xfstests.ext4.046.fail')).toEqual(['xfstests.ext4.046']);
    expect(await tests('[x]  fd0dfc48f1: xfstests.btrfs.020/026/215.fail')).toEqual([
      'xfstests.btrfs.020',
      'xfstests.btrfs.026',
      'xfstests.btrfs.215',
    ]);
    const joined = LKP.replace(
      'kernel-selftests.vm.run_vmtests.sh../hugepage_shm.fail',
      'blktests.zbd/(003/004).fail and blktests.loop/(002).fail',
    );
    expect(await tests('[x] x', joined)).toEqual([
      'blktests.zbd.003',
      'blktests.zbd.004',
      'blktests.loop.002',
    ]);
    // An answer of its people, with the commit for an example.
    const answer = `Thanks.\n\n> noticed x.fail\n\ncommit: ${'ab'.repeat(20)} ("[PATCH v2 4/5] x")\n`;
    expect(await tests('Re: [x]  abababab12: xfstests.ext4.046.fail', answer)).toEqual([]);
  });

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
