import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalRelease,
  compareReleaseNames,
  defaultUname,
  lineOfName,
} from '../../store/names/release-name.ts';
import { canonicalTestName } from '../../store/names/test-name.ts';
import { knownAtEnd, knownAtPrecision, toKnownAt } from '../../store/events/known-at.ts';

describe('release names', () => {
  it.each([
    ['6.10', 'v6.10', 'mainline'],
    ['6.0.0-rc1', 'v6.0-rc1', 'mainline'],
    ['v7.0.10', 'v7.0.10', '7.0.y'],
    ['v6.1.132-rc2', 'v6.1.132-rc2', '6.1.y'],
    ['next-20260423', 'next-20260423', 'next'],
    ['v6.1.131-198-gf5ad54ef021f', 'v6.1.131-198-gf5ad54ef021f', null],
    ['2.6.32.8', 'v2.6.32.8', '2.6.32.y'],
  ])('%s is %s', (text, name, line) => {
    expect(canonicalRelease(text)).toBe(name);
    expect(lineOfName(name)).toBe(line);
  });

  it('is canonical once and for all', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const name = canonicalRelease(text);
        if (name !== null) expect(canonicalRelease(name)).toBe(name);
      }),
    );
  });

  it('orders for the eye', () => {
    const names = ['v7.0', 'next-20260101', 'v6.19-rc1', 'v6.19', 'v6.9', 'v6.19.2', 'v6.19.10'];
    expect(names.sort(compareReleaseNames)).toEqual([
      'v6.9',
      'v6.19-rc1',
      'v6.19',
      'v6.19.2',
      'v6.19.10',
      'v7.0',
      'next-20260101',
    ]);
  });

  it('knows what uname shows', () => {
    expect(defaultUname('v6.19-rc1')).toBe('6.19.0-rc1');
    expect(defaultUname('v7.0.13')).toBe('7.0.13');
  });
});

describe('test names', () => {
  it.each([
    'selftests: rseq: basic_test',
    'rseq.basic_test',
    'kselftest-rseq/rseq_basic_test',
    'rseq/basic_test',
    'kselftest.rseq.basic_test',
  ])('%s is one test', (raw) => {
    expect(canonicalTestName(raw)).toBe('kselftest.rseq.basic_test');
  });
});

describe('names as LKFT writes them', () => {
  it.each([
    ['kselftest-net-forwarding/net_forwarding_bridge_igmp_sh', 'selftests: net/forwarding: bridge_igmp.sh'],
    ['kselftest-drivers-dma-buf/drivers_dma-buf_udmabuf', 'selftests: drivers/dma-buf: udmabuf'],
    ['kselftest-cpu-hotplug/cpu-hotplug_cpu-on-off-test_sh', 'selftests: cpu-hotplug: cpu-on-off-test.sh'],
    [
      'kselftest-mount_setattr/mount_setattr_mount_setattr_test',
      'selftests: mount_setattr: mount_setattr_test',
    ],
    ['kselftest-seccomp/seccomp_seccomp_bpf_dup2', 'selftests: seccomp: seccomp_bpf'],
    ['kselftest-rseq/rseq.basic_test', 'selftests: rseq: basic_test'],
    ['kselftest/rseq_basic_test', 'selftests: rseq: basic_test'],
    ['kselftest/mount_setattr_mount_setattr_test', 'selftests: mount_setattr: mount_setattr_test'],
    ['kselftests-native/rseq.run_param_test.sh', 'selftests: rseq: run_param_test.sh'],
    ['kselftest-vsyscall-mode-none/net_fib_tests.sh', 'selftests: net: fib_tests.sh'],
    ['seccomp.seccomp_bpf', 'selftests: seccomp: seccomp_bpf'],
    ['kselftest.seccomp.seccomp_bpf', 'selftests: seccomp: seccomp_bpf'],
    ['kselftest.timers.timers_rtcpie', 'selftests: timers: rtcpie'],
    ['ltp-syscalls/abort01', 'ltp.abort01'],
    ['LTP:syscalls:abort01', 'ltp.abort01'],
  ])('%s is %s', (lkft, runner) => {
    expect(canonicalTestName(lkft)).toBe(canonicalTestName(runner));
  });
});

describe("names as KernelCI's Maestro joins them", () => {
  it.each([
    ['kselftest.rseq.rseq_basic_test', 'selftests: rseq: basic_test'],
    ['kselftest.rseq.rseq_run_param_test_sh', 'selftests: rseq: run_param_test.sh'],
    ['kselftest.rseq_run_param_test_sh', 'selftests: rseq: run_param_test.sh'],
    ['kselftest.x86_amx_64', 'selftests: x86: amx_64'],
    ['kselftest.size_get_size', 'selftests: size: get_size'],
    ['kselftest.perf_events_sigtrap_threads', 'selftests: perf_events: sigtrap_threads'],
    ['kselftest.mount_setattr_mount_setattr_test', 'selftests: mount_setattr: mount_setattr_test'],
    ['kselftest.net.net_fib_tests_sh_dup2', 'selftests: net: fib_tests.sh'],
    ['kselftest.dt.dt_probe_sh_soc_gpio_400', 'kselftest.dt.probe.sh.soc_gpio_400'],
    ['kselftest.seccomp.seccomp_seccomp_bpf_global_KILL', 'kselftest.seccomp.seccomp_bpf_global_KILL'],
    ['kselftest.mount_setattr', 'kselftest.mount_setattr'],
    ['kselftest.device_error_logs', 'kselftest.device_error_logs'],
    ['kunit.exec.time_test.leap', 'kunit.time_test.leap'],
    ['kunit.build', 'kunit.build'],
    ['ltp-syscalls.abort01', 'ltp.abort01'],
    ['boot-lkft-kselftests-master-597/x86', 'boot-lkft-kselftests-master.x86'],
    ['boot-lkft-kselftests-master-12-598/x86', 'boot-lkft-kselftests-master/x86'],
  ])('%s is %s', (joined, runner) => {
    expect(canonicalTestName(joined)).toBe(canonicalTestName(runner));
  });
});

describe('a canonical test name', () => {
  it('is canonical once and for all, unless it repeats a word: then a collection cannot be told from a program', () => {
    const suite = fc.constantFrom('kselftest', 'selftests', 'kselftest-rseq', 'kunit.exec', 'ltp-x');
    const part = fc.constantFrom('rseq', 'seccomp_bpf', 'net', 'x86', 'a', 'get_size', 'x_sh', 'b.py');
    const parts = fc.uniqueArray(part, { minLength: 1, maxLength: 4 });
    const joints = fc.array(fc.constantFrom('_', '.', '/'), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        suite,
        fc.constantFrom('.', '/'),
        parts,
        joints,
        (first, begins, [head, ...rest], between) => {
          const raw = `${first}${begins}${head!}${rest.map((p, i) => between[i]! + p).join('')}`;
          const name = canonicalTestName(raw);
          expect(canonicalTestName(name)).toBe(name);
        },
      ),
    );
  });

  const word = fc.stringMatching(/^[a-z][a-z0-9]{1,8}$/);
  const program = fc.stringMatching(/^[a-z][a-z0-9_-]{0,12}[a-z0-9](?:\.sh)?$/);

  it('is the same for every usual spelling of a program of kselftest', () => {
    fc.assert(
      fc.property(word, program, (collection, name) => {
        // LKFT's names lose the dot; a program that has the collection's name twice cannot be told from one that has not.
        fc.pre(
          !/_dup\d|(?:^|_)(?:sh|py|pl)(?:[_.]|$)/.test(name) &&
            !name.startsWith(`${collection}_`) &&
            name !== collection,
        );
        // Nor can a collection or program that is called as an extension be told from one.
        fc.pre(!/^(?:sh|py|pl)$/.test(collection) && !/^(?:sh|py|pl)(?:\.|$)/.test(name));
        const expected = `kselftest.${collection}.${name}`;
        const slug = `${collection}_${name.replace('.', '_')}`;
        expect(
          new Set([
            canonicalTestName(`selftests: ${collection}: ${name}`),
            canonicalTestName(`not ok 3 selftests: ${collection}: ${name}`),
            canonicalTestName(`kselftest-${collection}/${slug}`),
            canonicalTestName(`kselftest-${collection}/${collection}.${name}`),
            canonicalTestName(`kselftest/${collection}.${name}`),
            canonicalTestName(`kselftest.${collection}.${name}`),
            canonicalTestName(`kselftests.${collection}.${name}`),
          ]),
        ).toEqual(new Set([expected]));
      }),
    );
  });

  it('is the same with blanks around it, which take the way of names that are not plain', () => {
    const piece = fc.constantFrom(
      'a',
      'B2',
      '-',
      '_',
      '.',
      '/',
      'sh',
      'kselftest',
      'linux-kselftest',
      'ltp-x',
      'LTP:',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
        const raw = pieces.join('');
        expect(canonicalTestName(raw)).toBe(canonicalTestName(` ${raw} `));
      }),
      { numRuns: 2000 },
    );
  });

  it('is canonical once and for all, and safe to print', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[ab_.:/ [\]#1-]{0,20}$/)),
        (raw) => {
          const name = canonicalTestName(raw);
          expect(canonicalTestName(name)).toBe(name);
          expect(name).toMatch(/^[A-Za-z0-9_.+-]*$/);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('known-at', () => {
  it('ends when its period does', () => {
    expect(knownAtEnd('2026-03-14')).toBe('2026-03-14T23:59:59.999Z');
    expect(knownAtEnd('2023-01')).toBe('2023-01-31T23:59:59.999Z');
    expect(() => knownAtEnd('2026-02-31')).toThrow(RangeError);
    expect(toKnownAt('2025-11-04T08:34:03+01:00')).toBe('2025-11-04T07:34:03Z');
  });

  it('is a date that the calendar has, and the instant that it means', () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const year = fc.constantFrom('1900', '2000', '2024', '2026');
    const fraction = fc.constantFrom('', '.000', '.348', '.348172', '.9999', '.5');
    const zone = fc.constantFrom('Z', '+00:00', '+0530', '-08:00');
    fc.assert(
      fc.property(
        fc.tuple(year, two(14), two(33), two(25), two(61), two(61), fraction, zone),
        ([y, month, day, hour, minute, second, parts, offset]) => {
          const date = `${y}-${month}-${day}`;
          const midnight = new Date(`${date}T00:00:00Z`);
          // JavaScript rolls a day that a month has not over into the next.
          const isDate = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
          expect(knownAtPrecision(date)).toBe(isDate ? 'day' : null);
          const text = `${date}T${hour}:${minute}:${second}${parts}${offset}`;
          const instant = Date.parse(text);
          const known = toKnownAt(text);
          expect(known === null).toBe(!isDate || Number.isNaN(instant));
          if (known === null) return;
          expect(knownAtPrecision(known)).toBe('instant');
          expect(Date.parse(known)).toBe(instant);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
