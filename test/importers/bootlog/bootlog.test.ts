import { describe, expect, it } from 'vitest';
import { bootlogImporter } from '../../../importers/bootlog/importer.ts';
import { read, readAs, resultsOf, runsOf } from '../support.ts';

const stamped = (...lines: readonly string[]) => lines.map((l, i) => `[    ${i}.000000] ${l}`).join('\r\n');
const BOOT = [
  'Booting Linux on physical CPU 0x0000000000 [0x410fd034]',
  'Linux version 6.6.33-rc1 (kernelci@x) (aarch64-linux-gnu-gcc 10) #1 SMP PREEMPT',
  'Machine model: Some board',
  'Kernel command line: console=ttyS0 slice_ext=on',
];
const TROUBLE = [
  '------------[ cut here ]------------',
  'WARNING: CPU: 0 PID: 1 at kernel/x.c:7 f+0x1/0x2',
  'Call trace:',
  ' f+0x1/0x2',
  '---[ end trace 0000000000000000 ]---',
  'WARNING: region 0:',
  'WARNING: suspicious RCU usage',
  'BUG: KASAN: slab-out-of-bounds in f+0x1/0x2',
  'Unable to handle kernel NULL pointer dereference at virtual address 0000000000000008',
  'Internal error: Oops: 0000000096000004 [#1] PREEMPT SMP',
  'rcu: INFO: rcu_preempt self-detected stall on CPU',
];

describe('the log of a boot', () => {
  it('says which kernel, where, with what, and that it booted', async () => {
    const { format, events } = await read(
      stamped(...BOOT, 'Run /sbin/init as init process') + '\r\nWARNING: RO_VPD is empty.\r\n',
    );
    expect(format).toBe('bootlog');
    expect(resultsOf(events)).toEqual([['boot', 'pass']]);
    expect(runsOf(events)[0]).toMatchObject({
      release: 'v6.6.33-rc1',
      kernel: '6.6.33-rc1',
      arch: 'arm64',
      platform: 'Some board',
      cmdline: 'console=ttyS0 slice_ext=on',
    });
  });

  it('tells a message once that a console shows again, in a dmesg say, and twice where the kernel said it twice', async () => {
    const oops = 'BUG: kernel NULL pointer dereference, address: 0000000000000010';
    const warning = 'WARNING: CPU: 0 PID: 1 at kernel/x.c:7 f+0x1/0x2';
    const { events } = await read(
      [
        stamped(...BOOT, 'Run /init as init process', oops, warning, warning),
        `[    5.000000] ${oops}`,
        `kern  :alert : ${oops}`,
        `kern  :alert : [    5.000000] ${oops}`,
      ].join('\n'),
    );
    expect(resultsOf(events)).toEqual([
      ['kernel.oops', 'fail'],
      ['kernel.warning', 'fail'],
      ['kernel.warning', 'fail'],
      ['boot', 'pass'],
    ]);
  });

  it('says what the kernel says is wrong, each with its line', async () => {
    const { events } = await read(stamped(...BOOT, ...TROUBLE, 'Run /init as init process'));
    expect(resultsOf(events)).toEqual([
      ['kernel.warning', 'fail'],
      ['kernel.locking', 'fail'],
      ['kernel.kasan', 'fail'],
      ['kernel.oops', 'fail'],
      ['kernel.stall', 'fail'],
      ['boot', 'pass'],
    ]);
    expect(events[0]).toMatchObject({
      payload: {
        crash: { kind: 'oops', line: 13 },
        results: [
          { line: 6, excerpt: expect.stringContaining('f+0x1/0x2') as string },
          {},
          {},
          { line: 13, excerpt: expect.stringContaining('Internal error') as string },
          {},
          {},
        ],
      },
    });
  });

  it.each([
    ['WARNING: net/x.c:50 at f+0x1/0x2, CPU#1: a.1/7', 'warning'],
    ['WARNING: [time_after(jiffies, t)] net/x.c:50 at f+0x1/0x2, CPU#1: a/7', 'warning'],
    ["WARNING: kernel stack regs at (ptrval) in a:7 has bad 'bp' value (ptrval)", 'warning'],
    [' BUG: KCSAN: data-race in f+0x1/0x2', 'kcsan'],
    ['unreferenced object 0xffff888000000000 (size 32):', 'leak'],
    ['[ BUG: Invalid wait context ]', 'locking'],
    ['INFO: trying to register non-static key.', 'locking'],
    ['WARNING: a/4398 still has locks held!', 'locking'],
    ['INFO: task a:7 blocked in I/O wait for more than 143 seconds.', 'stall'],
    ["INFO: task a:7 can't die for more than 143 seconds.", 'stall'],
    ['segment-related general protection fault: beec [#2] PREEMPT SMP', 'oops'],
    ['divide_error: 0000 [#1] PREEMPT SMP KASAN', 'oops'],
    ['PANIC: double fault, error_code: 0x0', 'oops'],
    ['PANIC: early exception 0x0d IP 10:ffffffff81000000 error 0 cr2 0x0', 'oops'],
    ['CPU 1 Unable to handle kernel paging request at virtual address 0000000000000008, epc == 0', 'oops'],
    ['Oops[#1]:', 'oops'],
    ['Oops [#1]', 'oops'],
    ['illegal operation: 0001 ilc:1 [#1] SMP', 'oops'],
    ['int3: 0000 [#1] SMP', 'oops'],
    ['irq 16: nobody cared (try booting with the "irqpoll" option)', 'irq'],
    [
      'kworker/u4:4: page allocation failure: order:4, mode:0x40dc0(GFP_KERNEL), nodemask=(null)',
      'allocation',
    ],
    ['a program: page allocation stalls for 10000ms, order:0, mode:0x0', 'allocation'],
    ['insmod: vmalloc error: size 8589934592, exceeds total pages, mode:0xcc0(GFP_KERNEL)', 'allocation'],
    ['watchdog: CPU 3 self-detected hard LOCKUP @ f+0x1/0x2', 'stall'],
    ['Watchdog CPU:0 detected Hard LOCKUP other CPUS:1', 'stall'],
    ['unchecked MSR access error: WRMSR to 0x3f1 (tried to write 0x0) at rIP: 0x0 (f+0x1/0x2)', 'warning'],
  ])('%s is %s', async (line, kind) => {
    const events = await readAs(bootlogImporter, stamped(...BOOT, line, 'Run /init as init process'));
    expect(resultsOf(events)).toEqual([
      [`kernel.${kind}`, 'fail'],
      ['boot', 'pass'],
    ]);
  });

  it('tells an oops of MIPS, LoongArch and RISC-V once, with the line that leads its registers', async () => {
    const lines = [
      [
        'CPU 1 Unable to handle kernel paging request at virtual address 0000000000000008, epc == 0',
        'Oops[#1]:',
      ],
      ['Unable to handle kernel NULL pointer dereference at virtual address 0000000000000010', 'Oops [#1]'],
    ];
    for (const oops of lines) {
      const events = await readAs(bootlogImporter, stamped(...BOOT, ...oops, 'Run /init as init process'));
      expect(resultsOf(events)).toEqual([
        ['kernel.oops', 'fail'],
        ['boot', 'pass'],
      ]);
    }
  });

  it.each([
    'WARNING: region 0: at 5',
    'INFO: NMI handler (perf) took too long to run: 5.000 msecs',
    'INFO: lockdep is turned off.',
    'a program: 0x01 [#1]',
    'a program: page allocation failure: it says',
    'irq 16: somebody cared',
  ])('%s is no trouble', async (line) => {
    const events = await readAs(
      bootlogImporter,
      `${stamped(...BOOT, 'Run /init as init process')}\r\n${line}\r\n`,
    );
    expect(resultsOf(events)).toEqual([['boot', 'pass']]);
  });

  it('knows a boot that failed from a log that ends', async () => {
    const failed = await read(stamped(...BOOT, 'Kernel panic - not syncing: VFS: Unable to mount root fs'));
    expect(resultsOf(failed.events)).toEqual([
      ['kernel.panic', 'fail'],
      ['boot', 'fail'],
    ]);
    expect(runsOf(failed.events)[0]).toMatchObject({ crash: { kind: 'panic', line: 5 } });
    const cut = await read(stamped(...BOOT));
    expect(resultsOf(cut.events)).toEqual([['boot', 'unknown']]);
  });

  it('tells boots apart', async () => {
    const { events } = await read(
      `${stamped(...BOOT, 'Kernel panic - not syncing: x')}\n${stamped(...BOOT).replaceAll('6.6.33-rc1', '6.6.34')}`,
    );
    expect(runsOf(events).map((run) => run.release)).toEqual(['v6.6.33-rc1', 'v6.6.34']);
    expect(new Set(events.map((e) => e.stream)).size).toBe(2);
  });

  it.each([
    ['CPU: ARMv7 Processor [411fc092] revision 2 (ARMv7), cr=10c5387d', 'arm'],
    ['Boot CPU: AArch64 Processor [410fd033]', 'arm64'],
    ['smpboot: CPU0: Intel(R) Core(TM)', 'x86_64'],
    ['riscv: base ISA extensions acdfim', 'riscv'],
  ])('%s: %s', async (line, arch) => {
    const { events } = await read(
      stamped('Booting Linux on physical CPU 0x0', 'Linux version 4.14.156-rc1 (b@h) (gcc 7) #1', line),
    );
    expect(runsOf(events)[0]).toMatchObject({ arch });
  });

  it('with test results is read as a test log, and as this when it is named', async () => {
    const noise = Array.from({ length: 3000 }, (_, i) => `usb 1-1: device ${i}`);
    const log = `${stamped(...BOOT, ...noise, ...TROUBLE)}\nTAP version 13\n1..1\nok 1 selftests: rseq: basic_test\n`;
    const auto = await read(log);
    expect(auto.format).toBe('ktap');
    expect(resultsOf(auto.events)).toEqual([['kselftest.rseq.basic_test', 'pass']]);
    const named = await readAs(bootlogImporter, log);
    expect(resultsOf(named)).toHaveLength(6);
    expect(named[0]!.stream).not.toBe(auto.events[0]!.stream);
  });

  it('is found after a boot loader that says more than the head of a file holds', async () => {
    const loader = [
      'U-Boot 2024.01 (Jan 08 2024)',
      ...Array.from({ length: 4000 }, (_, i) => `Bank ${i}: 000`),
    ];
    const boot = stamped(...BOOT, 'Run /init as init process');
    const plain = await read([...loader, 'Starting kernel ...', boot].join('\n'));
    expect([plain.format, ...resultsOf(plain.events)]).toEqual(['bootlog', ['boot', 'pass']]);
    const tested = await read([...loader, boot, 'TAP version 13', '1..1', 'ok 1 selftests: x: y'].join('\n'));
    expect([tested.format, ...resultsOf(tested.events)]).toEqual(['ktap', ['kselftest.x.y', 'pass']]);
  });

  it('says how far a boot loader came where no kernel spoke', async () => {
    const reasonOf = async (text: string) => {
      const { events } = await read(text);
      const [event] = events;
      return event?.type === 'RunObserved' ? event.payload.results : [];
    };
    expect(await reasonOf('U-Boot 2024.01\nDRAM: 944 MiB\nStarting kernel ...\n')).toMatchObject([
      { test: 'boot', outcome: 'unknown', line: 1, reason: expect.stringMatching(/handed over/) as string },
    ]);
    expect(await reasonOf('noise\n>>>>SecStartup\n')).toMatchObject([
      {
        test: 'boot',
        outcome: 'unknown',
        line: 2,
        reason: expect.stringMatching(/ends in the boot/) as string,
      },
    ]);
  });

  it.each([
    ['NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.', []],
    ['watchdog: Watchdog detected hard LOCKUP on cpu 5', ['kernel.stall']],
    ['NMI watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [x:1]', ['kernel.stall']],
    ['(stk) :ldisc_install = 0[ BUG: bad unlock balance detected! ]', ['kernel.locking']],
    ['[ INFO: possible circular locking dependency detected ]', ['kernel.locking']],
    ['Unhandled fault: alignment exception (0x011) at 0x00508ae4', ['kernel.fault']],
  ])('%s', async (line, kinds) => {
    const { events } = await read(stamped(...BOOT, line, 'Run /init as init process'));
    expect(resultsOf(events).map(([test]) => test)).toEqual([...kinds, 'boot']);
  });

  it('counts what led to an oops and its registers as one, whatever other CPUs print between', async () => {
    const others = Array.from({ length: 40 }, (_, i) => `gpio gpiochip${i}: registered`);
    const { events } = await read(
      stamped(
        ...BOOT,
        'BUG: unable to handle page fault for address: 0000000000200286',
        ...others,
        'Oops: 0000 [#1] PREEMPT SMP PTI',
        'Oops: 0000 [#2] PREEMPT SMP PTI',
      ),
    );
    expect(resultsOf(events).map(([test]) => test)).toEqual(['kernel.oops', 'kernel.oops', 'boot']);
  });

  it('does not judge what a suite of KUnit may provoke, only what comes outside of one', async () => {
    const [warning, kasan] = [
      'WARNING: CPU: 0 PID: 1 at kernel/x.c:7 f+0x1/0x2',
      'BUG: KASAN: slab-out-of-bounds in f',
    ];
    const events = await readAs(
      bootlogImporter,
      stamped(
        ...BOOT,
        'Run /init as init process',
        warning,
        'KTAP version 1',
        '1..2',
        '    KTAP version 1',
        '    # Subtest: kasan',
        '    1..1',
        kasan,
        '    ok 1 kmalloc_oob',
        warning,
        'ok 1 kasan',
        kasan,
        '    # Subtest: list',
        'Oops: 0000 [#1] PREEMPT SMP PTI',
        '    ok 1 add',
        'ok 2 list',
      ),
    );
    expect(resultsOf(events)).toEqual([
      ['kernel.warning', 'fail'],
      ['kernel.kasan', 'unknown'],
      ['kernel.warning', 'unknown'],
      ['kernel.kasan', 'fail'],
      ['kernel.oops', 'fail'],
      ['boot', 'pass'],
    ]);
    expect(JSON.stringify(events)).toContain("KUnit's kasan ran");
  });

  it('is told from what people keep of a console: a message of trouble with what stands around it', async () => {
    const oops = 'Unable to handle kernel paging request at virtual address 0000000000000010';
    for (const [log, name] of [
      [`[   61.000000] ${oops}\n`, 'kernel.oops'],
      [`${oops}\npc : f+0x1/0x2\nlr : g+0x1/0x2\n`, 'kernel.oops'],
      ['unreferenced object 0xffff888000000000 (size 64):\n  comm "a", pid 7\n  backtrace:\n', 'kernel.leak'],
      ['[    7.000000] divide_error: 0000 [#1]\n[    7.000001] RIP: 0010:f+0x1/0x2\n', 'kernel.oops'],
    ] as const) {
      const { format, events } = await read(log);
      expect([format, resultsOf(events)]).toEqual(['bootlog', [[name, 'fail']]]);
    }
    // What was quoted in prose, or in a mail, says nothing of a kernel that ran here.
    await expect(read(`${oops}\nis what I saw once.\n`)).rejects.toThrow('not recognised');
    expect((await read(`From: a@x\nSubject: s\n\n[   61.000000] ${oops}\n`)).format).toBe('mail');
  });

  it('hears what allocators, file systems and the network say is broken', async () => {
    const log = stamped(
      ...BOOT,
      'BUG kmalloc-64 (Not tainted): Poison overwritten',
      'BUG kmalloc-8 (Tainted: G    B         ): Object already free',
      'BUG kmalloc-8 (Tainted: G    B         ): kasan: bad access detected',
      'VFS: Busy inodes after unmount of sda1 (ext4)',
      'unregister_netdevice: waiting for lo to become free. Usage count = 2',
      'VFS: Mounted root (ext4 filesystem) on device 8:1.',
      'Run /init as init process',
    );
    expect(resultsOf((await read(log)).events)).toEqual([
      ['kernel.bug', 'fail'],
      ['kernel.bug', 'fail'],
      ['kernel.bug', 'fail'],
      ['kernel.stall', 'fail'],
      ['boot', 'pass'],
    ]);
  });

  it('does not wait beyond the boot for a suite of KUnit whose end was lost', async () => {
    const suite = ['    # Subtest: kasan', '    1..1'];
    const warning = 'WARNING: CPU: 0 PID: 1 at kernel/x.c:7 f+0x1/0x2';
    const log = stamped(...BOOT, ...suite, 'Run /init as init process', warning);
    const events = await readAs(bootlogImporter, log);
    expect(resultsOf(events)).toEqual([
      ['kernel.warning', 'fail'],
      ['boot', 'pass'],
    ]);
  });

  it('does not fill the store when a kernel turns in a circle', async () => {
    const { events } = await read(
      stamped(...BOOT, ...Array.from({ length: 5000 }, () => 'Kernel panic - not syncing: again')),
    );
    const results = resultsOf(events);
    expect(results).toHaveLength(1002);
    expect(JSON.stringify(events)).toContain('4000 more messages of trouble');
  });
});
