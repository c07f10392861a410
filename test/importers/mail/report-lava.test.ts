import { describe, expect, it } from 'vitest';
import { mail, runsOf } from './report-mails.ts';
import { read } from '../support.ts';

const HEAD = `Hello,

The job with ID # 42 is now in state Finished and health Complete. Job was submitted by somebody.

Job details and log file: http://lava.example.org/scheduler/job/42

Device details:
Hostname: qemu-01
Type: qemu
Owner: None
Worker: lab-01
Job details:
Priority: Medium
Description: linux-6.6.y_cip_qemu_defconfig_6.6.15-rc1_67594a399_x86_cip_qemu_defconfig_smc
Submitted: 2024-01-28 02:58:25 (+0000 UTC)
Started: 2024-01-28 03:03:26 (+0000 UTC)
Finished: 2024-01-28 03:09:43 (+0000 UTC)
Duration: 0:06:16
`;
const RESULTS = `
Metadata:

Results:

Test Suite lava: http://lava.example.org/results/42/lava
Test Case job: Test passed
Test Case login-action: Test passed
Measurement: 48.81 seconds

Test Suite 0_ltp-sched-tests: http://lava.example.org/results/42/0_ltp-sched-tests
Test Case sched_a01: Test passed
Test Case sched_b01: Test skipped
Test Suite 1_kselftest-rseq: http://lava.example.org/results/42/1_kselftest-rseq
Test Case rseq_basic_test: Test failed
Measurement: 3.00 seconds
Test Case a: Unknown outcome
No query is set for results comparing.

--
LAVA
`;
const FROM = 'noreply@example.org';

describe('what a LAVA server mails of a job', () => {
  it('gives the results of its suites, and what the name of the job says of the kernel', async () => {
    expect(await runsOf(mail(FROM, 'LAVA notification for Test Job 42 x', HEAD + RESULTS))).toEqual([
      {
        rev: 1,
        origin: 'lava.example.org',
        tool: 'lava',
        platform: 'qemu',
        startedAt: '2024-01-28T03:03:26.000Z',
        url: 'http://lava.example.org/scheduler/job/42',
        tree: 'linux-6.6.y',
        kernel: '6.6.15-rc1',
        release: 'v6.6.15-rc1',
        commit: '67594a399',
        arch: 'x86_64',
        config: 'cip_qemu_defconfig',
        results: [
          { test: 'ltp.sched_a01', raw: '0_ltp-sched-tests/sched_a01', outcome: 'pass' },
          { test: 'ltp.sched_b01', raw: '0_ltp-sched-tests/sched_b01', outcome: 'skip' },
          {
            test: 'kselftest.rseq.basic_test',
            raw: '1_kselftest-rseq/rseq_basic_test',
            outcome: 'fail',
            reason: 'measured 3.00 seconds',
          },
          { test: 'kselftest.rseq.a', raw: '1_kselftest-rseq/a', outcome: 'unknown' },
        ],
      },
    ]);
  });

  it.each([
    [
      '4.19.66-cip9_67594a399_arm_shmobile_defconfig_r8a7745.dtb_smc',
      '4.19.66-cip9',
      'shmobile_defconfig',
      undefined,
    ],
    [
      'v4.19.295-cip103_x_defconfig_4.19.292-cip102_67594a399_arm64_defconfig_boot',
      '4.19.292-cip102',
      'defconfig',
      undefined,
    ],
    [
      'ci-a-linux-5.10.y-cip-rc_Image_5.10.88-cip1_67594a399_x86_y_defconfig_a.dtb_ltp',
      '5.10.88-cip1',
      'y_defconfig',
      'ci-a-linux-5.10.y-cip-rc',
    ],
  ])('reads the name of a job of a branch, or an old one: %s', async (name, release, config, tree) => {
    const text = (HEAD + RESULTS).replace(/^Description: .*$/m, `Description: ${name}`);
    const [run] = await runsOf(mail(FROM, 'LAVA notification for Test Job 42 x', text));
    expect([run?.release, run?.config, run?.commit, run?.tree]).toEqual([release, config, '67594a399', tree]);
  });

  it('guesses no kernel from the name of a job that is called otherwise', async () => {
    const text = (HEAD + RESULTS).replace(/^Description: .*$/m, 'Description: qemu x86_64 healthcheck');
    const [run] = await runsOf(mail(FROM, 'x', text));
    for (const key of ['tree', 'kernel', 'release', 'commit', 'arch', 'config'])
      expect(run).not.toHaveProperty(key);
  });

  it('notes what went wrong in the lab, and lays it to no kernel', async () => {
    const failed = HEAD.replace('health Complete', 'health Incomplete').replace(
      'job/42\n',
      'job/42\n\nInfrastructure error: the device is gone\n',
    );
    const lab = RESULTS.replace('login-action: Test passed', 'login-action: Test failed').split(
      'Test Suite 0_',
    )[0]!;
    const { events } = await read(mail(FROM, 'x', failed + lab));
    expect(events.filter((e) => e.type === 'RunObserved')).toEqual([]);
    expect(
      events.flatMap((e) => (e.type === 'NoteAdded' ? [[e.payload.about, e.payload.text]] : [])),
    ).toEqual([
      [
        'http://lava.example.org/scheduler/job/42',
        'job 42 (linux-6.6.y_cip_qemu_defconfig_6.6.15-rc1_67594a399_x86_cip_qemu_defconfig_smc): health Incomplete; ' +
          'Infrastructure error: the device is gone; login-action failed',
      ],
    ]);
  });

  it('says nothing where all is well and no result is told, nor where it is quoted', async () => {
    const quoted = (HEAD + RESULTS).replace(/^/gm, '> ');
    for (const text of [HEAD, quoted]) {
      const { events } = await read(mail(FROM, 'x', text));
      expect(events.map((e) => e.type)).toEqual(['MessageArchived']);
    }
  });
});
