import { describe, expect, it } from 'vitest';
import { outcomesOf, readLog } from './support.ts';

const inProgram = (lines: readonly string[], program = 'net: some.sh') =>
  [`# selftests: ${program}`, ...lines.map((l) => `# ${l}`.trimEnd()), `ok 1 selftests: ${program}`].join(
    '\n',
  );
const inner = async (...lines: readonly string[]) =>
  (await outcomesOf(inProgram(lines))).slice(0, -1).map((r) => r.replace('kselftest.net.some.sh.', ''));

describe('results that a program prints in its own way', () => {
  it('are read in each form that kselftest has', async () => {
    expect(
      await inner(
        '#1/12    align/pointer variable subtraction:OK',
        '#9       bpf_cookie:FAIL',
        'kmod_test_0001_fs: SKIP! - loading kmod test',
        'TEST: Ping received ICMP Frag needed                 [ OK ]',
        'Check itimer virtual... [OK]',
        'nsleep latency CLOCK_MONOTONIC_RAW        [UNSUPPORTED]',
        'timer fired early:       0 : [FAIL]',
        '[       OK ] tls.sendfile',
        'PASS: ns1-KktxxkSo can reach ns2-KktxxkSo',
        'FAIL: set ifalias bebb8fa1-e97e-4b52-a0c5-d3d9cf979d67 for dummy',
        'Checking /dev/pmsg0 exists ... ok',
        'Batched request_firmware() try #1: OK',
        ' no GRO                                  ok',
        'mmap(ADDR_SWITCH_HINT - PAGE_SIZE, PAGE_SIZE): 0x7fe8ef2a4000 - OK',
      ),
    ).toEqual([
      'pass align_pointer_variable_subtraction',
      'fail bpf_cookie',
      'skip kmod_test_0001_fs',
      'pass Ping_received_ICMP_Frag_needed',
      'pass Check_itimer_virtual',
      'skip nsleep_latency_CLOCK_MONOTONIC_RAW',
      'fail timer_fired_early_0',
      'pass tls.sendfile',
      'pass ns1_can_reach_ns2',
      'fail set_ifalias_for_dummy',
      'pass Checking_dev_pmsg0_exists',
      'pass Batched_request_firmware_try_1',
      'pass no_GRO',
      'pass mmap_ADDR_SWITCH_HINT_-_PAGE_SIZE_PAGE_SIZE',
    ]);
  });

  it('are named by what stays the same from run to run', async () => {
    const { results } = await readLog(
      inProgram(['[RUN]\tSet TF', '[OK]\tSurvived 14 traps', '[RUN]\tclock (0)...', '[FAIL]\tTest Failed']),
    );
    expect(results.slice(0, -1)).toMatchObject([
      { test: 'kselftest.net.some.sh.Set_TF', outcome: 'pass', reason: 'Survived 14 traps' },
      { test: 'kselftest.net.some.sh.clock_0', outcome: 'fail', reason: 'Test Failed' },
    ]);
    expect(
      await inner(
        '#0/u invalid and of negative number OK',
        '#837/p lookup(xskmap, &key) SKIP (unsupported map type 17)',
        'test_lru_sanity0 (map_type:9): Pass',
        'mmap(-1) again: 0x7f3d2e1c5000 - OK',
        'Control path: Flush',
        'TEST: reported issues',
        '  net,mac with reload                   12s                              [ OK ]',
        'ipv6',
        ' no GRO                                  some noise',
        'ok',
        'starting egress encap test',
        'FAIL',
      ),
    ).toEqual([
      'pass u_invalid_and_of_negative_number',
      'skip p_lookup_xskmap_key',
      'pass test_lru_sanity0_map_type_9',
      'pass mmap_-1_again',
      'pass reported_issues.net_mac_with_reload',
      'pass ipv6.no_GRO',
      'fail egress_encap_test',
    ]);
  });

  it('stand under headings that are underlined, or in a box with one edge', async () => {
    expect(
      await inner(
        '',
        'Control path: Flush',
        '-------------------',
        'TEST: by IP    [ OK ]',
        '',
        '------------------',
        'Running kernel configuration test 2 -- distro',
        '',
        'try #1: OK',
      ),
    ).toEqual(['pass Control_path_Flush.by_IP', 'pass kernel_configuration_test_2_--_distro.try_1']);
  });

  it('stand under their headings, and a lone verdict is its heading', async () => {
    expect(
      await inner(
        '##########',
        'IPv6 ping',
        '##########',
        '',
        '##########',
        'With VRF',
        '',
        'SYSCTL: a=1',
        'TEST: out      [ OK ]',
        'TEST SECTION: other',
        'TEST: out      [FAIL]',
        '----------',
        'running psock_fanout test',
        '----------',
        'OK. All tests passed',
        '[PASS]',
        '[PASS]',
        'ipv4 defrag',
        'PASS',
        'seed = 1',
      ),
    ).toEqual(['pass IPv6_ping.With_VRF.a_1.out', 'fail other.out', 'pass psock_fanout', 'pass ipv4_defrag']);
  });

  it('are diagnostics where the program prints TAP, but a lone verdict under a heading stands', async () => {
    expect(await inner('1..1', '[OK] detail', 'ok 1 real', 'not: OK')).toEqual(['pass real']);
    expect(await inner('running ./a', '[PASS]', 'ok 1 a', 'running ./b', '[FAIL]', 'x')).toEqual([
      'fail b',
      'pass a',
    ]);
  });

  it('of the harness name a test that TAP does not', async () => {
    const log = [
      '1..2',
      '#  RUN           global.v6ops ...',
      '#      SKIP      no TLS support',
      '#            OK  global.v6ops',
      'ok 1 # SKIP no TLS support',
      'ok 2 # SKIP signal recycled pid: Skipping test',
    ];
    expect(await inner(...log)).toEqual(['skip global.v6ops', 'skip signal_recycled_pid']);
  });

  it('count only inside a program', async () => {
    expect(await outcomesOf('TAP version 13\n1..1\nPASS: not this\nok 1 a')).toEqual(['pass a']);
  });
});

describe('a collection', () => {
  it('that cannot be built is an error, told once', async () => {
    const { results } = await readLog(
      [
        "make: Entering directory '/usr/src/linux/tools/testing/selftests/clone3'",
        'clone3.c:148:3: error: expected expression',
        'make: *** [../lib.mk:140: /usr/src/linux/tools/testing/selftests/clone3/clone3] Error 1',
        "make: Leaving directory '/usr/src/linux/tools/testing/selftests/clone3'",
      ].join('\n'),
    );
    expect(results).toMatchObject([{ test: 'kselftest.clone3.make', outcome: 'error', line: 3 }]);
  });

  it('whose tests fail is no error of make', async () => {
    expect(
      await outcomesOf(
        [
          "make: Entering directory '/x/tools/testing/selftests/net'",
          'not ok 1 selftests: net: a # exit=1',
          'make: *** [../lib.mk:1: run_tests] Error 1',
        ].join('\n'),
      ),
    ).toEqual(['fail kselftest.net.a']);
  });
});
