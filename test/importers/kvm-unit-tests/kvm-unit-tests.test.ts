import { describe, expect, it } from 'vitest';
import { read, readFolder, rejectsOf, resultsOf, runsOf, toldBy } from '../support.ts';

const resultsIn = ({ events }: Awaited<ReturnType<typeof read>>) =>
  events.flatMap((e) => (e.type === 'RunObserved' ? e.payload.results : []));

describe('what run_tests.sh prints', () => {
  const LOG = [
    '2026-02-02 10:00:00 ./run_tests.sh',
    '\u001b[32mPASS\u001b[0m apic-split (56 tests, 2 skipped)',
    'PASS vmexit_cpuid ',
    '\u001b[33mSKIP\u001b[0m pks (0 tests)',
    'SKIP cmpxchg8b (i386 only)',
    'FAIL msr (timeout; duration=90s)',
    'FAIL realmode',
    '\u001b[31mFAIL\u001b[0m vmx (430 tests, 1 unexpected failures)',
    'FAIL emulator (terminated on SIGSEGV)',
    '',
  ].join('\r\n');

  it('is a run, a result a test', async () => {
    const found = await read(LOG);
    expect(found.format).toBe('kvm-unit-tests');
    expect(resultsIn(found).map(({ test, outcome, reason }) => [outcome, test.slice(15), reason])).toEqual([
      ['pass', 'apic-split', undefined],
      ['pass', 'vmexit_cpuid', undefined],
      ['skip', 'pks', undefined],
      ['skip', 'cmpxchg8b', 'i386 only'],
      ['timeout', 'msr', 'timeout; duration=90s'],
      ['fail', 'realmode', undefined],
      ['fail', 'vmx', '430 tests, 1 unexpected failures'],
      ['fail', 'emulator', 'terminated on SIGSEGV'],
    ]);
    expect(runsOf(found.events)).toMatchObject([{ tool: 'kvm-unit-tests', knownAt: '2026-02-02' }]);
  });

  it('is not taken for another whose lines are alike', async () => {
    await expect(read('PASS ap_open 8.74 2026-02-02 10:00:00\nFAIL ap_wpa 1.0\n')).rejects.toThrow(
      'not recognised',
    );
  });
});

describe('the log of a test', () => {
  const LOG =
    'timeout -k 1s 90s qemu -nodefaults -kernel x86/vmx.flat -smp 1 # -initrd /tmp/tmp.x\nenabling apic\nPASS: entry: a\nFAIL: exit: b\nSKIP: c (no such CPU)\nXFAIL: d\nKFAIL: e\nINFO: f\nSUMMARY: 5 tests, 1 unexpected failures, 1 expected failures, 1 known failures, 1 skipped\n';

  it('names its checks after the program', async () => {
    expect(await toldBy(LOG)).toEqual([
      'pass kvm-unit-tests.vmx.entry_a',
      'fail kvm-unit-tests.vmx.exit_b',
      'skip kvm-unit-tests.vmx.c_no_such_CPU',
      'xfail kvm-unit-tests.vmx.d',
      'xfail kvm-unit-tests.vmx.e',
    ]);
  });

  it('names them after the test where its file is: one program is run as several tests', async () => {
    const found = await readFolder({ 'logs/vmx_apicv.log': LOG, 'logs/vmx_apicv-2.log': LOG });
    expect(found.map(({ events }) => resultsOf(events)[0]![0])).toEqual([
      'kvm-unit-tests.vmx_apicv.entry_a',
      'kvm-unit-tests.vmx_apicv-2.entry_a',
    ]);
    // The same bytes of two tests are two runs.
    expect(new Set(found.map(({ events }) => events[0]!.stream)).size).toBe(2);
  });

  it('holds what its summary counts, or that is a reject', async () => {
    const { events } = await read(LOG.replace('PASS: entry: a', 'PA[  1.000000] kvm: x'));
    expect(rejectsOf(events)).toEqual([
      'the test counts "SUMMARY: 5 tests, 1 unexpected failures, 1 expected failures, 1 known failures, 1 skipped", and here are 4 checks, 1 of them failed and 1 skipped',
    ]);
  });
});
