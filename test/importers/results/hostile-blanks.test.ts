import { describe, expect, it } from 'vitest';
import { importerNamed } from '../../../importers/formats/registry.ts';
import { readAs } from '../support.ts';

/** A pattern that takes the time of the square of a length takes minutes over one of these; headers end at 256 KiB. */
const LONG = 200_000;
const many = (sign: string) => sign.repeat(LONG / sign.length);
const blanks = many(' ');
/** JavaScript ends a line here, a file does not. */
const SEPARATOR = '\u2028';

/** As many tests as a line may name, each without a verdict of its own. */
const names = Array.from({ length: 90_000 }, (_, i) => `a${Math.floor(i / 900)}/${String((i % 900) + 100)}`);
const fstests = `FSTYP         -- ext4\nPLATFORM      -- Linux/x86_64 a 6.1.0\n\n${names.join('\n')}\nRan: ${names.join(' ')}\nFailures: ${names.join(' ')}\nFailed 90000 of 90000 tests\n`;

interface Mail {
  readonly from?: string;
  readonly date?: string;
  readonly id?: string;
  readonly subject?: string;
  readonly more?: string;
  readonly text?: string;
}
const mail = ({ from, date, id, subject, more, text }: Mail) =>
  `From: ${from ?? 'a <a@example.org>'}\nDate: ${date ?? 'Mon, 2 Mar 2026 10:00:00 +0000'}\nMessage-ID: ${id ?? '<a@example.org>'}\nSubject: ${subject ?? 'x'}\n${more ?? ''}\n${text ?? 'x'}\n`;
const commit = `commit: ${'0123456789'.repeat(4)} ("x: y")\n`;
const robot = (text: string) =>
  mail({ from: 'kernel test robot <oliver.sang@intel.com>', text: `${commit}${text}` });
const summary = (text: string) =>
  mail({
    text: `Regressions Summary\nhttps://kernelci.org/test/job/\n\nTest Regressions\n\nsun8i...x | arm | lab | gcc-8 | a_defconfig | 1\n${text}`,
  });
const status = (text: string) =>
  mail({
    from: 'KernelCI bot <kernelci@lists.linux.dev>',
    text: `Hello,\n\nStatus summary for next/master\n\nDashboard:\nhttps://d.kernelci.org/c/next/master/0123456789012345678901234567890123456789/\n\ngiturl: https://x/\nbranch: master\ncommit hash: 0123456789012345678901234567890123456789\n\n### REGRESSIONS\n\n${text}`,
  });
const lkft = (git: string) =>
  mail({
    from: 'lkft <lkft@linaro.org>',
    text: `## Build\n* kernel: 6.1.1\n* git: ${git}\n* git describe: v6.1\n\n## Test Regressions (compared to v6.1)\n* x86, kselftest-a\n  - b\n`,
  });

const MAILS: Readonly<Record<string, string>> = {
  'a summary of xfstests, and who sends it': mail({
    from: `<${many('@')}`,
    text: `KERNEL:    kernel 6.1.0-xfstests #1 SMP x86_64\next4/4k: 5 tests, 1 failures, 9 seconds\n  Flaky: ${many('a')}\n`,
  }),
  'failures of xfstests': mail({
    text: `KERNEL:    kernel 6.1.0-xfstests #1 SMP x86_64\next4/4k: 5 tests, 1 failures, 9 seconds\n  Failures: ${many('a')}\n`,
  }),
  'who sends what is attached': mail({
    from: `<${many('@')}`,
    more: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n',
    text: '--b\nContent-Disposition: attachment; filename=a.txt\n\nx\n--b--',
  }),
  'a subject of 0-day': mail({
    from: 'kernel test robot <oliver.sang@intel.com>',
    subject: `${many('[] 0123456789: x')}${SEPARATOR}y`,
    text: `${commit}in testcase: a\n`,
  }),
  'an address of pipermail': mail({ from: `x at y${blanks}z` }),
  'an id that is none': mail({ id: `${many('@')} x`, more: `In-Reply-To: ${many('@')} x\n` }),
  'a date of ISO': mail({ date: `2026-01-01 10:00${blanks}x${SEPARATOR}y` }),
  'a usual date': mail({ date: `Mon, 2 Mar 2026 10:00${blanks}x${SEPARATOR}y` }),
  'a date of C': mail({ date: `Mar 2 10:00 2026${blanks}x${SEPARATOR}y` }),
  'quoted-printable': mail({ more: 'Content-Transfer-Encoding: quoted-printable\n', text: `${blanks}x` }),
  'lines that regzbot does not take': mail({
    text: Array.from({ length: LONG / 4 }, (_, i) => `x\n#regzbot ${i}`).join('\n'),
  }),
  'a bisection of KernelCI': mail({
    text: `This automated bisection\n* This automated bisection report was sent\n${many('Breaking commit found:\n')}${many('x\n')}`,
  }),
  'a command to regzbot': mail({ text: `#regzbot title: a${blanks}b` }),
  'the tag of a patch': mail({ subject: `[${many(' PATCH')}` }),
  'a field of a report': lkft(`${blanks}x${SEPARATOR}y`),
  'a tree of LKFT': lkft(`${many('a')} x`),
  'a state of KernelCI’s summary': summary(
    `    * a.b: https://x/\n        failing since x (${many('last pass: ')}\n`,
  ),
  'a log of KernelCI’s summary': summary(`    Plain log: ${many('a')}\n`),
  'a machine of KernelCI’s status': status(`  Hardware: x${blanks}y\n`),
  'a commit of 0-day': robot(`commit: ${'0'.repeat(40)}${blanks}x${SEPARATOR}y\n`),
  'what 0-day noticed': robot(`${many('noticed ')}\n`),
  'a figure of 0-day': robot(`${many('1')}\n`),
  'a kernel of 0-day': robot(`${many('Tainted ')}\n`),
  'a branch of 0-day': mail({
    from: 'kernel test robot <oliver.sang@intel.com>',
    text: `tree/branch: ${many('i').repeat(4)}\nbranch HEAD: ${'0'.repeat(40)}\n`,
  }),
  'parameters of 0-day': robot(`${many('kconfig/')}\n`),
};

const LOGS: readonly (readonly [what: string, format: string, text: string])[] = [
  ['a result', 'ktap', `TAP version 13\n1..1\nok 1 ${blanks}x${SEPARATOR}y\n`],
  ['a plan', 'ktap', `TAP version 13\n1..0 #${blanks}x${SEPARATOR}y\nok 1 x\n`],
  ['the end of a run', 'ktap', `TAP version 13\nok 1 x\nBail out!${blanks}x${SEPARATOR}y\n`],
  ['glued results', 'ktap', `TAP version 13\nok 1 x\n# a${many(' ok 1 selftests: a: b')}${SEPARATOR}y\n`],
  ['a machine', 'ktap', `DMI: a${many(', BIOS ')}${SEPARATOR}y\nok 1 x\n`],
  [
    'compilers in banners',
    'ktap',
    `Linux version 6.1 (${'c-'.repeat(240)}cgcc-${'elf-'.repeat(120)})\n`.repeat(LONG / 1000) + 'ok 1 x\n',
  ],
  [
    'a status of LTP',
    'ltp',
    `<<<test_start>>>\ntag=a\n${many(`initiation_status="${SEPARATOR}`)}\ntermination_type=exited termination_id=1\n<<<test_end>>>\n`,
  ],
  [
    'a build',
    'ktap',
    `make[1]: Entering directory '/x/testing/selftests/a'\n${many('Makefile')}\nTAP version 13\nok 1 x\n`,
  ],
  [
    'results of LAVA',
    'lava',
    `TAP version 13\n# TAP results for 0_a\nok 1 a${many(' # SKIP')}${SEPARATOR}y\n`,
  ],
  [
    'a claim of a probe',
    'probe',
    `TAP version 13\n1..1\n# regline probe: program=rseq\n# regline probe: kernel=6.1.1\n# regline probe: arch=arm64\n# behaviour a = b when${blanks}x${SEPARATOR}y\n# behaviour ${blanks}x${SEPARATOR}y\nok 1 x\n`,
  ],
  [
    'a log of runltp',
    'ltp',
    `Test Start Time: Mon Mar  2 10:00:00 2026\n-----\nTestcase Result Exit Value\n-------- ------ ----------\nabort01 PASS 0\n-----\nTotal Tests: 1\nKernel Version: x${blanks}y\n`,
  ],
  ['a time of kirk', 'ltp', `Host information\nStarting suite: a\na01: pass  (${many('1')})\n`],
  [
    'a suite of kunit.py',
    'kunit-console',
    `=== a${blanks}x${blanks}===\n===${many('=')}x ===\n${many('=')} a${many(' (1')} ===\n[PASSED] a${blanks}x\nmake ${many('A')}\n`,
  ],
  [
    'a test of blktests',
    'blktests',
    `zbd/002${blanks}x\nzbd/002 (a)${blanks}x\nzbd/002 =>${blanks}x\nblock/001 (a)    [passed]\n    runtime${blanks}x\n`,
  ],
  ['modules of a build', 'kbuild', `  CC      a.o\n  DEPMOD  /lib/modules/1.${many('0')} x\n`],
  [
    'what xfstests says of one test',
    'xfstests',
    `generic/001 1s ...\n${many('_check_dmesg: something found in dmesg (see x)\n')}Ran: generic/001\n`,
  ],
  ['tests that xfstests names and counts', 'xfstests', fstests],
  ['a kernel of a distribution', 'distribution-kernels', `6.19.3-${many('1')}x\n6.19.3-200.fc43\n`],
];

describe('a text of one sign, or of one word many times, takes no longer than its length', () => {
  it.each(Object.entries(MAILS))('in a mail: %s', async (_, text) => {
    const events = await readAs(importerNamed('mail')!, text);
    expect(events.map(({ type }) => type)).toContain('MessageArchived');
  });

  it.each(LOGS)('in a log: %s', async (_, format, text) => {
    expect(await readAs(importerNamed(format)!, text)).not.toHaveLength(0);
  });

  it('in the head of a file', () => {
    expect(importerNamed('probe')!.sniff('#\n'.repeat(32_000), 'a')).toBe(0);
    expect(importerNamed('mail')!.sniff(`From 0${'0:00'.repeat(16_000)}`, 'a')).toBe(0);
  });

  it('in comments of XML', () => {
    expect(importerNamed('junit')!.sniff(`<?xml version="1.0"?>${many('<!--')}`, 'a.xml')).toBe(0);
  });
});

it('reads a result of LAVA in which JavaScript sees the end of a line', async () => {
  const events = await readAs(
    importerNamed('lava')!,
    `TAP version 13\n# TAP results for 0_a\nok 1 a${SEPARATOR}b\nok 2 c\n`,
  );
  expect(events.flatMap((e) => (e.type === 'RunObserved' ? e.payload.results : []))).toHaveLength(2);
});

it('a number of JSON that is none takes no longer than its length', async () => {
  const text = `{"version":{"major":5,"minor":3},"tests":[${many('1')}x`;
  await expect(readAs(importerNamed('kcidb')!, text)).rejects.toThrow('no JSON');
});
