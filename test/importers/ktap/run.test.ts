import { describe, expect, it } from 'vitest';
import { InputError } from '../../../store/errors.ts';
import { outcomesOf, readLog } from './support.ts';

describe('the run', () => {
  const boot =
    '[    0.000000] Linux version 6.18.44 (b@h) (aarch64-linux-gnu-gcc (GCC) 13, GNU ld 2.4) #1 SMP\n';

  it('takes release and architecture from the banner; hints fill in the rest', async () => {
    const hints = {
      origin: 'lab',
      release: '6.1',
      arch: 'x86_64',
      config: 'defconfig',
      selftests: '6.3',
      knownAt: '2026-04-22',
    };
    const { runs } = await readLog(`${boot}ok 1 a\n`, hints);
    expect(runs[0]).toMatchObject({ knownAt: '2026-04-22', locator: 'x.log:2' });
    // What the log says itself is not stated of it a second time: only the configuration makes it another run.
    const streamOf = async (more: object, text = `${boot}ok 1 a\n`) =>
      (await readLog(text, { origin: 'lab', ...more })).runs[0]!.stream;
    expect(await streamOf({})).toBe(`run/lab/${runs[0]!.source.replace('sha256:', '')}`);
    expect(await streamOf({ release: '6.1', arch: 'x86_64' })).toBe(await streamOf({}));
    expect(runs[0]!.stream).not.toBe(await streamOf({}));
    expect(await streamOf({ release: 'v6.1' }, 'ok 1 a\n')).not.toBe(
      await streamOf({ release: 'v6.2' }, 'ok 1 a\n'),
    );
    expect(runs[0]!.payload).toMatchObject({
      origin: 'lab',
      kernel: '6.18.44',
      release: 'v6.18.44',
      arch: 'arm64',
      config: 'defconfig',
      selftests: 'v6.3',
    });
    expect((await readLog('ok 1 a\n', hints)).runs[0]!.payload.release).toBe('v6.1');
  });

  it('is known since the last time that a console or a CI puts before a line', async () => {
    const of = async (...lines: readonly string[]) =>
      (await readLog(lines.join('\n'), { knownAt: '2030-01-01' })).runs.map((run) => run.knownAt);
    expect(
      await of(
        '2026-04-22T10:00:19.5Z ok 1 a',
        '[2026-04-22T12:00:20+02:00] ok 2 b',
        '# 2001-01-01 00:00:00 x',
      ),
    ).toEqual(['2026-04-22T10:00:20Z']);
    expect(await of('2026-04-22 23:17:30 make run_tests', 'ok 1 a')).toEqual(['2026-04-22']);
    expect(await of('[    2.026000] ok 1 a')).toEqual(['2030-01-01']);
  });

  it('reads the names of other kernels', async () => {
    const of = async (name: string) =>
      (await readLog(`Linux version ${name} (x)\nok 1 a\n`)).runs[0]!.payload;
    expect(await of('5.7.0-rc6-next-20200518')).toMatchObject({ release: 'next-20200518' });
    expect(await of('4.14.0-rc3-00320-g076264ada9a3')).toMatchObject({ commit: '076264ada9a3' });
    expect(await of('6.1.132-rc2')).toMatchObject({ release: 'v6.1.132-rc2' });
  });

  it('begins another run with every boot', async () => {
    const { runs } = await readLog(`${boot}ok 1 a\n${boot}not ok 1 a\n`);
    expect(runs.map((r) => r.payload.results.map((x) => [x.outcome, x.occurrence]))).toEqual([
      [['pass', undefined]],
      [['fail', undefined]],
    ]);
    expect(runs[1]!.stream).toBe(`${runs[0]!.stream}/2`);
  });

  it('an oops is a crash only if nothing comes after it', async () => {
    const oops = '[   10.000000] Internal error: Oops: 96000004 [#1] SMP\n';
    expect((await readLog(`ok 1 a\n${oops}`)).runs[0]!.payload.crash?.kind).toBe('oops');
    expect((await readLog(`ok 1 a\n${oops}ok 2 b\n`)).runs[0]!.payload).not.toHaveProperty('crash');
    const panic = 'Kernel panic - not syncing: Fatal exception\n';
    const { runs } = await readLog(`ok 1 a\n${oops}${panic}${oops}${panic}`);
    expect(runs[0]!.payload.crash).toMatchObject({ kind: 'panic', line: 3 });
  });

  it('tells a large run in parts', async () => {
    const log = Array.from({ length: 45_000 }, (_, i) => `ok ${i + 1} t${i}`).join('\n');
    const { runs } = await readLog(log);
    expect(runs.map((r) => [r.payload.part, r.payload.results.length])).toEqual([
      [1, 20_000],
      [2, 20_000],
      [3, 5_000],
    ]);
    expect(new Set(runs.map((r) => r.stream)).size).toBe(3);
  });

  it('takes colours and console prefixes off', async () => {
    const log = [
      '\u001B[32mok 1 green\u001B(B\u001B[m',
      '2026-04-22T10:00:19.123456Z ok 2 stamped',
      '<6>[  12.345678] [T1] ok 3 levelled',
      'Nov 23 12:00:00 host kernel: [  12.345678] not ok 4 sys',
      '[Wed Apr 22 10:00:19 2026] ok 5 dmesg -T',
      'kern  :info  : [  12.345678] ok 6 dmesg -x',
      '2026-04-22T10:00:19+02:00 host run.sh[812]: not ok 7 journal',
      '10:00:19.123 ok 8 clock',
      '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a.b RESULT=pass>',
    ].join('\n');
    expect(await outcomesOf(log)).toEqual([
      'pass green',
      'pass stamped',
      'pass levelled',
      'fail sys',
      'pass dmesg_-T',
      'pass dmesg_-x',
      'fail journal',
      'pass clock',
    ]);
  });

  it('refuses what has nothing of TAP in it, and warns of a log without results', async () => {
    await expect(readLog('hello\nworld\n')).rejects.toThrow(InputError);
    expect((await readLog('TAP version 13\n')).warnings).toEqual(['the log has no test result']);
  });
});
