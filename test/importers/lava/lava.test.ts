import { describe, expect, it } from 'vitest';
import { read, rejectsOf, resultsOf, runsOf } from '../support.ts';

const LOG = [
  '- {"dt": "2022-06-03T05:38:51.555115", "lvl": "info", "msg": "start: 0 validate"}',
  '- {"dt": "2022-06-03T05:38:52.000000", "lvl": "results", "msg": {"case": "validate", "definition": "lava", "result": "pass"}}',
  '- {"dt": "2022-06-03T05:38:53.000000", "lvl": "results", "msg": {"case": "http-download", "definition": "lava", "extra": {"label": "kernel", "size": ! "12834016"}, "result": "pass"}}',
  '- {"dt": "2022-06-03T05:38:54.000000", "lvl": "debug", "msg": "Validating that http://s/next/next-20220603/arm64/defconfig+x/gcc-12/Image exists"}',
  '- {"dt": "2022-06-03T05:40:00.000000", "lvl": "target", "msg": "[    0.000000] Linux version 6.19.0-rc1 (b@h) #1"}',
  '- {"dt": "2022-06-03T05:40:01.000000", "lvl": "target", "msg": "[    0.000000] Kernel command line: console=ttyS0"}',
  '- dt: "2022-06-03T05:41:00.000000"',
  '  lvl: results',
  '  msg: {case: rseq_basic_test, definition: 1_kselftest-rseq, result: fail}',
  '- {"dt: "2022-06-03T05:41:01.000000", "lvl": "debug", "msg": "broken"}',
  '- {"dt": "2022-06-03T05:41:02.000000", "lvl": "target", "msg": "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=timens.Passed RESULT=for>"}',
  '- {"dt": "2022-06-03T05:41:03.000000", "lvl": "results", "msg": {"case": "odd", "definition": "1_kselftest-rseq", "result": "maybe"}}',
  '- {"dt": "2022-06-03T05:41:04.000000", "lvl": "results", "msg": {"definition": "1_kselftest-rseq"}}',
  '- {"dt": "2022-06-03T05:42:00.000000", "lvl": "results", "msg": {"case": "job", "definition": "lava", "error_msg": "timed out", "error_type": "Test", "result": "fail"}}',
  '',
].join('\n');

describe("LAVA's log", () => {
  it('gives results, and what its console says of the kernel', async () => {
    const { format, events } = await read(LOG);
    expect(format).toBe('lava');
    expect(resultsOf(events)).toEqual([
      ['kselftest.rseq.basic_test', 'fail'],
      ['kselftest.rseq.odd', 'unknown'],
      ['lava.validate', 'pass'],
      ['lava.http-download.kernel', 'pass'],
      ['lava.job', 'fail'],
    ]);
    expect(runsOf(events)[0]).toMatchObject({
      release: 'v6.19-rc1',
      arch: 'arm64',
      config: 'defconfig+x',
      cmdline: 'console=ttyS0',
      startedAt: '2022-06-03T05:38:51.555Z',
      knownAt: '2022-06-03T05:42:00Z',
    });
    expect(JSON.stringify(events)).toContain('Test: timed out');
  });

  it('keeps what it cannot read, with its line', async () => {
    const { events } = await read(LOG);
    expect(events.flatMap((e) => (e.type === 'RecordRejected' ? [e.payload.line] : []))).toEqual([
      10, 11, 13,
    ]);
    expect(rejectsOf(events)).toEqual([
      expect.stringMatching(/neither JSON nor YAML/),
      expect.stringMatching(/"for" is no result/),
      expect.stringMatching(/without a name/),
    ]);
  });
});

describe("LAVA's results in YAML", () => {
  it('are texts, None included', async () => {
    const { format, events } = await read(
      [
        "- id: '1'",
        "  job: '77'",
        '  measurement: None',
        '  name: rseq_basic_test',
        '  result: pass',
        '  suite: 0_kselftest-rseq',
        "  unit: ''",
        "- {name: bench, suite: 0_perf, result: pass, measurement: '12.5', unit: ms}",
        '- just a word',
      ].join('\n'),
    );
    expect(format).toBe('lava');
    expect(resultsOf(events)).toEqual([
      ['kselftest.rseq.basic_test', 'pass'],
      ['perf.bench', 'pass'],
    ]);
    expect(events[0]).toMatchObject({ payload: { results: [{}, { reason: 'measured 12.5 ms' }] } });
    expect(rejectsOf(events)).toEqual(['no entry with fields']);
  });
});

describe("LAVA's callback", () => {
  const callback = {
    id: 77,
    lab_name: 'lab-x',
    status_string: 'complete',
    start_time: '2022-06-03 05:00:00.000000+00:00',
    end_time: '2022-06-03 06:00:00.000000+00:00',
    definition:
      'device_type: rk3399\nmetadata: {git.describe: v6.18.1, job.arch: arm64, kernel.defconfig: multi_v7_defconfig, git.commit: ' +
      `${'c'.repeat(40)}}`,
    log: LOG,
    results: {
      lava: '- {name: job, suite: lava, result: pass, metadata: {case: job, definition: lava}}\n',
      '0_kselftest-rseq':
        "- name: rseq_basic_test\n  suite: 0_kselftest-rseq\n  result: pass\n  log_start_line: '8'\n",
      '1_broken': '- {name: [',
      '2_empty': '',
    },
  };

  it('is read once: its log repeats its results', async () => {
    const { format, events } = await read(JSON.stringify(callback));
    expect(format).toBe('lava');
    expect(resultsOf(events)).toEqual([
      ['kselftest.rseq.basic_test', 'pass'],
      ['lava.job', 'pass'],
    ]);
    expect(runsOf(events)[0]).toMatchObject({
      id: 'lava:lab-x:77',
      origin: 'lab-x',
      release: 'v6.19-rc1',
      arch: 'arm64',
      config: 'multi_v7_defconfig',
      platform: 'rk3399',
      knownAt: '2022-06-03T06:00:00Z',
    });
    expect(rejectsOf(events)).toEqual([
      expect.stringMatching(/^\/results\/1_broken is no YAML/),
      expect.stringMatching(/neither JSON nor YAML/),
      expect.stringMatching(/"for" is no result/),
    ]);
  });

  it('without results has those of its log', async () => {
    const { events } = await read(JSON.stringify({ ...callback, results: {} }));
    expect(resultsOf(events)).toHaveLength(5);
  });

  it('is taken as far as it came whole when it is cut: by suites, or by the whole log', async () => {
    const { log, results, ...facts } = callback;
    const cutAt = (value: unknown, text: string) => {
      const written = JSON.stringify(value);
      return written.slice(0, written.indexOf(text) + text.length);
    };
    const bySuites = await read(cutAt({ ...facts, results, log }, '1_broken":"- {na'));
    expect(resultsOf(bySuites.events)).toEqual([
      ['kselftest.rseq.basic_test', 'pass'],
      ['lava.job', 'pass'],
    ]);
    expect(rejectsOf(bySuites.events)).toEqual([expect.stringMatching(/^the file ends within its JSON/)]);
    const byLog = await read(cutAt({ ...facts, log, results }, 'log_start_line'));
    expect(resultsOf(byLog.events)).toHaveLength(5);
    expect(rejectsOf(byLog.events).at(-1)).toMatch(/^the file ends within its JSON/);
    await expect(read(cutAt({ ...facts, log, results }, 'lvl'))).rejects.toThrow('no JSON');
  });
});

describe('a console with signals', () => {
  const signals = [
    '[    0.000000] Linux version 6.19.0-rc1 (b@h) (aarch64-linux-gnu-gcc 13) #1',
    '<LAVA_SIGNAL_STARTRUN 0_kselftest-rseq 1_2.3>',
    '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=rseq_basic_test RESULT=pass>',
    '<8>[   15.124358] <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=rseq_param_test RESULT=fail>',
    '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=emerg RESULT=pass UNITS=lines MEASUREMENT=0>',
    '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=timens.timens.Passed RESULT=for>',
    '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a name with blanks RESULT=pass>',
    '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=loud RESULT=PASS>',
    '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=cut RESU',
    '<LAVA_SIGNAL_ENDRUN 0_kselftest-rseq 1_2.3>',
    '',
  ];

  it('believes four words only, and keeps the rest', async () => {
    const { format, events } = await read(signals.join('\r\n'));
    expect(format).toBe('lava');
    expect(resultsOf(events)).toEqual([
      ['kselftest.rseq.basic_test', 'pass'],
      ['kselftest.rseq.param_test', 'fail'],
      ['kselftest.rseq.emerg', 'pass'],
    ]);
    expect(runsOf(events)[0]).toMatchObject({ release: 'v6.19-rc1', arch: 'arm64' });
    expect(rejectsOf(events)).toEqual([
      '"for" is no result: pass, fail, skip or unknown',
      'a name with blanks, or no name',
      '"PASS" is no result: pass, fail, skip or unknown',
      'the signal is cut',
    ]);
  });

  it('counts a result once where KTAP shows it too', async () => {
    const ktap = [
      'TAP version 13',
      '1..2',
      '# selftests: rseq: basic_test',
      'ok 1 selftests: rseq: basic_test',
      '# selftests: rseq: param_test',
      'not ok 2 selftests: rseq: param_test # exit=134',
    ];
    const { format, events } = await read([...signals.slice(0, 2), ...ktap, ...signals.slice(2)].join('\n'));
    expect(format).toBe('lava');
    expect(resultsOf(events)).toEqual([
      ['kselftest.rseq.basic_test', 'pass'],
      ['kselftest.rseq.param_test', 'fail'],
      ['kselftest.rseq.emerg', 'pass'],
    ]);
    expect(rejectsOf(events)).toHaveLength(4);
  });

  it('is found however late its signals come', async () => {
    const noise = Array.from(
      { length: 3000 },
      (_, i) => `[ ${String(i).padStart(4)}.000000] usb 1-1: device ${i}`,
    );
    const { format, events } = await read([...noise, ...signals].join('\n'));
    expect(format).toBe('lava');
    expect(resultsOf(events)).toHaveLength(3);
  });

  it('is not a script that prints signals', async () => {
    const script =
      '#!/bin/sh\n# runs below /lava-1/bin\necho "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=$1 RESULT=$2>"\n';
    await expect(read(script)).rejects.toThrow('not recognised');
  });

  it('is found behind firmware that says more than the head of a file holds', async () => {
    const firmware = Array.from({ length: 6000 }, (_, i) => `FMAP: area ${i} found`);
    const { format, events } = await read(['coreboot-1a2b Mon Sep 12', ...firmware, ...signals].join('\n'));
    expect(format).toBe('lava');
    expect(resultsOf(events)).toHaveLength(3);
  });

  it('gives a run for each kernel that booted', async () => {
    const again = signals.slice(0, 4).map((line) => line.replace('6.19.0-rc1', '6.18.1'));
    const { events } = await read([...signals, ...again].join('\n'));
    expect(runsOf(events).map((run) => [run.release, run.results])).toEqual([
      ['v6.19-rc1', 3],
      ['v6.18.1', 2],
    ]);
  });
});
