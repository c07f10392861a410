import { describe, expect, it } from 'vitest';
import { LKFT, PADDED, mail, runsOf, told } from './report-mails.ts';
import { read } from '../support.ts';

describe('a report of LKFT', () => {
  it('gives regressions and fixes by machine, at both builds, and totals', async () => {
    const text = mail('Naresh <n@linaro.org>', 'Re: [PATCH 6.13 00/23] 6.13.10-rc1 review', LKFT);
    expect(await told(text)).toEqual([
      'v6.13.10-rc1 arm64 ? fail build',
      'v6.13.10-rc1 ? dragonboard-410c fail kselftest.rseq.basic_test',
      'v6.13.10-rc1 ? dragonboard-410c fail kselftest.rseq.param_test',
      'v6.13.10-rc1 arm qemu-armv7 fail kunit.drm_test_check',
      'v6.13.10-rc1 x86_64 x86 fail kunit.drm_test_check',
      'v6.13.9 arm64 ? pass build',
      'v6.13.9 ? dragonboard-410c pass kselftest.rseq.basic_test',
      'v6.13.9 ? dragonboard-410c pass kselftest.rseq.param_test',
      'v6.13.9 arm qemu-armv7 pass kunit.drm_test_check',
      'v6.13.9 x86_64 x86 pass kunit.drm_test_check',
      'v6.13.10-rc1 ? juno-r2 pass kselftest.rtc.rtctest',
      'v6.13.9 ? juno-r2 fail kselftest.rtc.rtctest',
    ]);
    const runs = await runsOf(text);
    expect(runs.flatMap((r) => (r.totals ? [[r.arch, r.totals]] : []))).toEqual([
      [undefined, { total: 125983, pass: 99795, fail: 7289, skip: 18899, xfail: 0 }],
      ['arm64', { total: 57, pass: 56, fail: 1 }],
    ]);
    expect(runs[0]).toMatchObject({
      origin: 'lkft',
      kernel: '6.13.10-rc1',
      commit: '8cbfaadfa0ec371208123554d6ad9994433929bb',
      tree: 'linux-stable-rc',
      url: 'https://qa-reports.linaro.org/lkft/linux-stable-rc-linux-6.13.y/build/v6.13.7-385-g8cbfaadfa0ec',
    });
    expect(runs[2]).toMatchObject({ config: 'clang-nightly-allyesconfig' });
    expect((await read(text)).events.find((e) => e.type === 'BreakageClaimed')).toMatchObject({
      payload: { says: 'broken', releases: ['v6.13.10-rc1'], lastGood: 'v6.13.9' },
    });
  });

  it('is read in the older, padded layout too', async () => {
    const text = mail('lkft@linaro.org', 'next-20190426 kselftest results', PADDED);
    expect(await told(text)).toEqual([
      'next-20190426 arm x15 fail kselftest.rseq.basic_test',
      'next-20190426 arm x15 fail kselftest.rseq.param_test',
      'next-20190425 arm x15 pass kselftest.rseq.basic_test',
      'next-20190425 arm x15 pass kselftest.rseq.param_test',
    ]);
    expect((await runsOf(text))[0]!.totals).toEqual({ total: 12345 });
  });

  it('reads the padded layout with its blanks, its doubled lists and its totals below', async () => {
    const body = PADDED.replace('x15:\n', 'x15 - arm:          \n')
      .replace('kselftest:\n', 'kselftest:     \n')
      .replace(
        '* rseq_param_test\n',
        '* rseq_param_test     \n            \nx15 - arm:\n kselftest:\n    * rseq_basic_test\n',
      )
      .replace('and test suites.\n', 'and test suites.\npass 622\nfail 1011\nxfail 0\nskip 189\n');
    const text = mail('ci_notify@linaro.org', 'next-20190426 kselftest results', body);
    expect((await told(text)).slice(0, 2)).toEqual([
      'next-20190426 arm x15 fail kselftest.rseq.basic_test',
      'next-20190426 arm x15 fail kselftest.rseq.param_test',
    ]);
    expect(await told(text)).toHaveLength(4);
    expect((await runsOf(text))[0]!.totals).toEqual({
      total: 12345,
      pass: 622,
      fail: 1011,
      skip: 189,
      xfail: 0,
    });
  });

  it('reads all that failed and was skipped, as the layout of autumn 2020 lists it', async () => {
    const body = [
      ...['## Kernel', '* kernel: 5.9.0-rc8', '* git describe: next-20201006', ''],
      ...['* Test details: https://qa-reports.linaro.org/lkft/x/build/next-20201006', ''],
      ...[
        '## Regressions (compared to build next-20201002)',
        '',
        'x86:',
        '  kselftest:',
        '    * rtc.rtctest',
        '',
      ],
      ...['## Summary', '### x86, kselftest', '* total: 4', '* pass: 1', ''],
      ...[
        '## Failures',
        '### x86, kselftest',
        '* rtc.rtctest',
        '* mm.gup',
        '### i386, kselftest',
        '* mm.gup',
        '',
      ],
      ...['## Skips', '### i386, kselftest', '* rtc.rtctest'],
    ].join('\n');
    expect(await told(mail('LKFT <lkft@linaro.org>', '[REGRESSION] kselftest: next-20201006', body))).toEqual(
      [
        'next-20201006 x86_64 x86 fail kselftest.rtc.rtctest',
        'next-20201002 x86_64 x86 pass kselftest.rtc.rtctest',
        'next-20201006 x86_64 x86 fail kselftest.mm.gup',
        'next-20201006 i386 i386 fail kselftest.mm.gup',
        'next-20201006 i386 i386 skip kselftest.rtc.rtctest',
      ],
    );
  });

  it('goes on behind the logs and links that somebody put between', async () => {
    const body = LKFT.replace(
      '* dragonboard-410c, kselftest-rseq\n',
      [
        'Test log:',
        '--------',
        '  dio01.c:47: TFAIL: Memory mismatch',
        'Links:',
        '  - https://qa-reports.linaro.org/x/log',
        '',
        '* dragonboard-410c, juno-r2, kselftest-rseq',
        '',
      ].join('\n'),
    );
    expect(
      (await told(mail('Naresh <n@linaro.org>', 'Re: 6.13.10-rc1 review', body))).filter((line) =>
        /6\.13\.10.*rseq/.test(line),
      ),
    ).toEqual([
      'v6.13.10-rc1 ? dragonboard-410c fail kselftest.rseq.basic_test',
      'v6.13.10-rc1 ? dragonboard-410c fail kselftest.rseq.param_test',
      'v6.13.10-rc1 ? juno-r2 fail kselftest.rseq.basic_test',
      'v6.13.10-rc1 ? juno-r2 fail kselftest.rseq.param_test',
    ]);
  });

  it('takes machines out of sentences, and footnotes off names', async () => {
    const body = LKFT.replace(
      /\* arm64, build[^]*(?=## Metric Regressions)/,
      'Regressions found on qemu_x86_64:\n  - kunit/kasan [1]\n\n',
    );
    expect((await told(mail('Naresh <n@linaro.org>', 'Re: 6.13.10-rc1 review', body))).slice(0, 1)).toEqual([
      'v6.13.10-rc1 x86_64 qemu_x86_64 fail kunit.kasan',
    ]);
  });
});
