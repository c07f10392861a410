import { describe, expect, it } from 'vitest';
import { releaseOfUname } from '../../../store/names/release-name.ts';
import { importerNamed } from '../../../importers/formats/registry.ts';
import { rejectsOf, readAs, resultsOf } from '../support.ts';

/** Patterns that may begin anywhere take minutes over such a line where each takes the time of its length squared. */
const LONG = 60_000;
const SIGNS = [
  ' ',
  '\t',
  '_',
  '...',
  '# ',
  '] [',
  '\u001b[',
  '[',
  'ok ',
  'selftests: ',
  'a-',
  '[    1.000000] ',
];

describe('a line that is nothing but one sign', () => {
  const many = (sign: string) => sign.repeat(LONG / sign.length);
  it.each(SIGNS)('takes no longer than its length: %j', async (sign) => {
    const line = many(sign);
    const ktap = await readAs(
      importerNamed('ktap')!,
      `TAP version 13\n1..2\n# selftests: a: b\n# x${line}ok\n# ${line} - OK\nok 1 selftests: a: b ${line}x\nok 2 ${line}x # SKIP ${line}\n`,
    );
    expect(resultsOf(ktap).length).toBeGreaterThanOrEqual(2);
    const boot = await readAs(importerNamed('bootlog')!, `Linux version 6.1 (${line}\nWARNING: ${line}\n`);
    expect(resultsOf(boot).at(-1)).toEqual(['boot', 'unknown']);
    const lava = await readAs(
      importerNamed('lava')!,
      `- {"dt": "2026-01-01T00:00:00", "lvl": "target", "msg": ${JSON.stringify(line)}}\n- ${line}\n`,
    );
    expect(rejectsOf(lava).length).toBeLessThanOrEqual(1);
    const squad = await readAs(importerNamed('squad')!, JSON.stringify({ [`a/${line}x`]: 'pass' }));
    expect(resultsOf(squad)).toHaveLength(1);
    const ltp = await readAs(
      importerNamed('ltp')!,
      `<<<test_start>>>\ntag=a\n${line}\n${'termination_type='.repeat(3000)}\ntermination_type=exited termination_id=1\n<<<test_end>>>\n`,
    );
    expect(resultsOf(ltp)).toEqual([['ltp.a', 'fail']]);
    const kvm = await readAs(
      importerNamed('kvm-unit-tests')!,
      `PASS a (1 tests)\nPASS b (${line}\nPASS: ${line}\nx -kernel ${line}\nSUMMARY: 1 tests${line}\n`,
    );
    expect(resultsOf(kvm)[0]).toEqual(['kvm-unit-tests.a', 'pass']);
    const perf = await readAs(
      importerNamed('perf-test')!,
      ` 1: a: Ok\n 2: ${line}: Ok\n 3: b: Skip (${line}\n 4: c :\n${line}\nc: FAILED! (${line}\n`,
    );
    expect(resultsOf(perf)).toEqual([
      ['perf-test.a', 'pass'],
      ['perf-test.c', 'miss'],
    ]);
    const sum = await readAs(
      importerNamed('dejagnu')!,
      `PASS: a\n=== ${line} tests ===\n=== a Summary for ${line}\n# of expected passes${line}\nFAIL: b ${line}\n${line} (exit status: 1)\n`,
    );
    expect(resultsOf(sum)).toHaveLength(2);
  });
});

describe('a line that a pattern may part in many ways', () => {
  const mail = (from: string, ...lines: readonly string[]) =>
    `From: ${from}\nDate: Mon, 2 Mar 2026 10:00:00 +0000\nMessage-ID: <a@example.org>\nSubject: [syzbot] x\n\n${lines.join('\n')}\n`;
  const digits = '1'.repeat(LONG);

  it('takes no longer than its length on a console', async () => {
    const line = `INFO: task ${' blocked for more'.repeat(LONG / 15)}`;
    const boot = await readAs(importerNamed('bootlog')!, `Linux version 6.1.1 (a)\n${line}\n`);
    expect(resultsOf(boot)).toEqual([['boot', 'unknown']]);
    const uname = await readAs(importerNamed('ktap')!, `Linux a 1.${digits.repeat(4)} x\nok 1 a\n`);
    expect(resultsOf(uname)).toHaveLength(1);
  });

  it('takes no longer than its length in the TAP of a lab', async () => {
    const line = `ok 1 - a${' '.repeat(4 * LONG)}b`;
    const tap = `TAP version 13\n1..1\n# TAP results for 0_a\n${line}\nok 2 - c # SKIP  \n`;
    expect(resultsOf(await readAs(importerNamed('lava')!, tap))).toEqual([
      [expect.stringMatching(/^a\.a/), 'pass'],
      ['a.c', 'skip'],
    ]);
  });

  it('takes no longer than its length in a mail', async () => {
    const found = 'syzbot found the following issue on:';
    const syzbot = mail(
      'syzbot <syzbot+0123456789abcdef0123@syzkaller.appspotmail.com>',
      `${found}\n\nHEAD commit:    0123456789ab Linux 1.${digits} x`,
      `CPU: 0 Not tainted 1.1.${digits}x`,
    );
    expect(resultsOf(await readAs(importerNamed('mail')!, syzbot))).toHaveLength(1);
    const job = `The job with ID # 7 is now in state Finished and health Complete.\n\nJob details and log file: https://lab.example/scheduler/job/7`;
    const lava = mail(
      'lab@example.org',
      job,
      `Description: linux-${'_1.1_aaaaaaa_a'.repeat(5000)}`,
      'Test Suite a: https://lab.example/results/7/a\nTest Case b: Test passed',
    );
    expect(resultsOf(await readAs(importerNamed('mail')!, lava))).toHaveLength(1);
  });

  it('takes no longer than its length as the name of a kernel', () => {
    expect(releaseOfUname(`1.${digits}-next-2026`)).toBeNull();
  });
});

describe('JSON with a text of many megabytes, or a list of hundreds of thousands', () => {
  it('is read, and keeps what stands beside', async () => {
    const log = 'y'.repeat(20_000_000);
    const squad = `{"s/a": {"result": "pass", "log": "${log}"}, "s/b": "fail", "s/b": "pass"}`;
    const events = await readAs(importerNamed('squad')!, squad);
    expect(resultsOf(events)).toEqual([
      ['s.a', 'pass'],
      ['s.b', 'pass'],
    ]);
    expect(rejectsOf(events)).toEqual([expect.stringMatching(/"s\/b" stands twice/)]);
    const extra = Array.from({ length: 200_000 }, () => ({ label: 'c' }));
    const callback = { lab_name: 'l', results: { s: [{ name: 'a', result: 'pass', extra }] } };
    expect(resultsOf(await readAs(importerNamed('lava')!, JSON.stringify(callback)))).toEqual([
      ['s.a.c', 'pass'],
    ]);
  });
});

describe('a list of hundreds of thousands', () => {
  const many = <T>(one: (i: number) => T) => Array.from({ length: 150_000 }, (_, i) => one(i));

  it('is read: releases, and boards in a report of LKFT', async () => {
    const list = many((i) => `v6.${i % 200}.${Math.floor(i / 200) + 1}\n`).join('');
    expect((await readAs(importerNamed('release-list')!, list)).length).toBeGreaterThan(150_000);
    const boards = many((i) => `b${i}`).join(', ');
    const report = `From: lkft <lkft@linaro.org>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\nMessage-ID: <a@example.org>\nSubject: x\n\n* kernel: 6.1.1\n* git describe: v6.1\n\n## Test Regressions (compared to v6.0)\n* ${boards}, kselftest-a\n  - b\n`;
    const results = resultsOf(await readAs(importerNamed('mail')!, report));
    expect(results.filter(([, outcome]) => outcome === 'fail')).toHaveLength(150_000);
  });
});

describe('a trailer of nothing but open brackets', () => {
  it('is read in the time of its length', { timeout: 10_000 }, async () => {
    const text = `From: a@b\nDate: Thu, 3 Apr 2025 20:56:00 +0000\nMessage-ID: <r@x>\nSubject: [PATCH] x\n\nFixes: 0123456789ab${'('.repeat(200_000)})\n`;
    expect((await readAs(importerNamed('mail')!, text)).length).toBeGreaterThan(0);
  });
});

describe('YAML', () => {
  it('of dashes and blanks takes no longer than its length', async () => {
    const log = `- {"dt": "2026-01-01T00:00:00", "lvl": "target", "msg": "x"}\n- ${'-  '.repeat(60)}${'x'.repeat(300)}\n`;
    expect(rejectsOf(await readAs(importerNamed('lava')!, log))).toHaveLength(1);
  });
});

describe('YAML that is nested out of all measure', () => {
  it.each(['[', '{', '- ', '? '])('is a reject, and no end of the program: %j', async (sign) => {
    const log = `- {"dt": "2026-01-01T00:00:00", "lvl": "target", "msg": "x"}\n- ${sign.repeat(7000)}\n`;
    expect(rejectsOf(await readAs(importerNamed('lava')!, log))).toEqual([
      expect.stringMatching(/nested more than 100 deep/),
    ]);
  });
});
