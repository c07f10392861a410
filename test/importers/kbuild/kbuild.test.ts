import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kbuildImporter } from '../../../importers/kbuild/importer.ts';
import { InputError } from '../../../store/errors.ts';
import { read, readAs, runsOf } from '../support.ts';

const STEPS = [
  '  HOSTCC  scripts/basic/fixdep',
  '  UPD     include/config/kernel.release',
  '  CC      init/main.o',
  '  CC [M]  drivers/net/x.o',
];
const log = (...lines: readonly string[]) => [...STEPS, ...lines].join('\n');
const BROKEN = [
  'drivers/net/x.c: In function f:',
  'drivers/net/x.c:12:3: error: label at end of compound statement',
  'make[4]: *** [scripts/Makefile.build:244: drivers/net/x.o] Error 1',
  'make[3]: *** [scripts/Makefile.build:485: drivers/net] Error 2',
  'make[2]: *** Waiting for unfinished jobs....',
  'make[1]: *** [/src/linux/Makefile:1924: .] Error 2',
  'make: *** [Makefile:240: __sub-make] Error 2',
];

/** What a log says was built and what was not. */
async function built(text: string) {
  const { format, events } = await read(text);
  const results = events.flatMap((e) => (e.type === 'RunObserved' ? e.payload.results : []));
  return {
    format,
    told: results.map((r) => `${r.test} ${r.outcome} ${r.line ?? '-'} ${r.reason ?? ''}`.trim()),
  };
}

describe('the log of a build', () => {
  it('says once why it broke, though each make around it says so, too', async () => {
    const reason =
      '[scripts/Makefile.build:244: drivers/net/x.o] Error 1: drivers/net/x.c:12:3: error: label at end of compound statement';
    const { format, told } = await built(log(...BROKEN));
    expect([format, told]).toEqual(['kbuild', [`build fail 6 ${reason}`]]);
    // A CI puts the time before each line.
    const clocked = log(...BROKEN).replace(/^/gm, '00:00:14 ');
    expect((await built(clocked)).told).toEqual(told);
  });

  it.each([
    [
      [
        "ld: a.o: in function `f':",
        "a.c:(.text+0x1): undefined reference to `g'",
        'make[1]: *** [scripts/Makefile.vmlinux:34: vmlinux] Error 1',
      ],
      "undefined reference to `g'",
    ],
    [
      [
        'ERROR: modpost: "f" [x.ko] undefined!',
        'make[1]: *** [scripts/Makefile.modpost:211: Module.symvers] Error 1',
      ],
      'ERROR: modpost: "f" [x.ko] undefined!',
    ],
    [
      [
        "*** Default configuration is based on 'defconfig'",
        '***',
        `*** Can't find default configuration "arch/x/y_defconfig"!`,
        '***',
        'make[1]: *** [scripts/kconfig/Makefile:104: y_defconfig] Error 1',
      ],
      `*** Can't find default configuration "arch/x/y_defconfig"!`,
    ],
    [
      [
        "*** Default configuration is based on 'defconfig'",
        "make: *** No rule to make target 'Image'.  Stop.",
      ],
      "No rule to make target 'Image'.  Stop.",
    ],
    // Of what two jobs said at once, what is about the target that failed.
    [
      [
        'a/x.c:1:1: error: ours',
        'b/y.c:1:1: error: of another',
        'make[2]: *** [scripts/Makefile.build:1: a/x.o] Error 1',
      ],
      'a/x.c:1:1: error: ours',
    ],
    // With -Werror of a kind, a warning is all that is said.
    [
      [
        'c/z.h:1:1: warning: odd',
        'In file included from c/n.c',
        'c/n.c:2:2: warning: cast',
        'make: *** [c/Makefile:1: c/n.o] Error 1',
      ],
      'c/n.c:2:2: warning: cast',
    ],
  ])('gives the reason: %j', async (lines, reason) => {
    const { told } = await built(log(...lines));
    expect(told).toEqual([expect.stringMatching(/^build fail/)]);
    expect(told[0]!.endsWith(reason)).toBe(true);
  });

  it('says each target that could not be made, where make went on', async () => {
    const more = BROKEN.map((line) => line.replaceAll('net/x', 'usb/y'));
    expect(
      (await built(log('+ make -k', ...BROKEN, '+ make -k', ...more))).told.map((line) => line.split(' ')[0]),
    ).toEqual(['build', 'build.error']);
  });

  it('passes where there is a kernel to boot, and is unknown where the log ends before', async () => {
    const ready = '  Kernel: arch/x86/boot/bzImage is ready  (#1)';
    expect((await built(log(ready))).told).toEqual(['build pass 5']);
    expect((await built(log())).told).toEqual([
      'build unknown - the log ends before there is a kernel to boot',
    ]);
  });

  it('lays selftests that cannot be built to their installation', async () => {
    const lines = [
      '  Kernel: arch/arm/boot/zImage is ready',
      '+ make kselftest-gen_tar',
      'a.c:1:10: fatal error: x.h: No such file or directory',
      'make[3]: *** [../lib.mk:211: /w/linux/tools/testing/selftests/net/tcp_mmap] Error 1',
      'clang: error: odd',
      'make[3]: *** [<builtin>: binderfs_test] Error 1',
    ];
    expect((await built(log(...lines))).told).toEqual([
      'build pass 5',
      expect.stringMatching(/^kselftest\.net\.make error 7 .*fatal error: x\.h/),
      expect.stringMatching(/^kselftest\.make error 9 .*binderfs_test/),
    ]);
  });

  it('says which kernel, for what and with what, as far as its script does', async () => {
    const script = (name: string) => [
      `+ wget -c 'https://ci.example/linux-mainline-master-${name}.tar.gz?sig=x' -O linux.tgz`,
      '+ make imx_v6_v7_defconfig allmodconfig',
      '+ make olddefconfig',
      '  DEPMOD  _modules_/lib/modules/6.10.0-rc4',
    ];
    const factsOf = async (...lines: readonly string[]) => runsOf((await read(log(...lines))).events)[0];
    expect(await factsOf(...script('v6.10-rc4-7-g6226e74900d7c'))).toMatchObject({
      release: 'v6.10-rc4-7-g6226e74900d7c',
      commit: '6226e74900d7c',
      kernel: '6.10.0-rc4',
      config: 'imx_v6_v7_defconfig+allmodconfig',
    });
    // A tree of somebody's own calls itself by the Makefile that it began with.
    for (const name of ['topic-7', 'staging-20240520.0'])
      expect(await factsOf(...script(name))).not.toHaveProperty('release');
    const upstream = '+ curl -O https://kernel.example/pub/linux-6.12.48.tar.xz';
    expect(await factsOf(upstream)).toMatchObject({ release: 'v6.12.48' });
    const tuxmake = 'tuxmake --target-arch=arm64 --kconfig=defconfig --toolchain=gcc-12 kernel';
    const make = 'make --silent O=/b ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- defconfig';
    expect(await factsOf(tuxmake, make, '  DEPMOD  /b/lib/modules/6.12.48-5-g0123456789ab')).toMatchObject({
      release: 'v6.12.48-5-g0123456789ab',
      arch: 'arm64',
      config: 'defconfig',
      tool: 'gcc-12',
    });
  });

  it('is no log of tests that built them first, no script and no prose', async () => {
    const tests = 'TAP version 13\n1..1\nok 1 selftests: rt: one\n';
    expect((await read(`${log(...BROKEN)}\n${tests}`)).format).toBe('ktap');
    for (const text of [
      '+ make defconfig\n+ reboot\n',
      'make W=1 ARCH=i386 fs/\n',
      'He said: make: *** it.\n',
    ])
      await expect(read(text)).rejects.toThrow('not recognised');
    await expect(readAs(kbuildImporter, 'nothing\n')).rejects.toThrow(InputError);
  });

  it('is read wherever it is cut, and whatever is in it', async () => {
    const text = log('+ make ARCH=arm64 defconfig', ...BROKEN, '  Kernel: arch/x is ready');
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), fc.string(), fc.nat(text.length), async (from, odd, to) => {
        const { events } = {
          events: await readAs(kbuildImporter, log(`${text.slice(from)}${odd}${text.slice(0, to)}`)),
        };
        expect(runsOf(events)).toHaveLength(1);
      }),
      { numRuns: 200, seed: 4 },
    );
  });
});
