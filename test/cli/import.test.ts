import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reglineReading } from '../support/in-process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-import-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command in this process; gives its exit code and what it printed. */
async function regline(...argv: string[]): Promise<{ code: number | null; out: string; err: string }> {
  return reading('', ...argv);
}

/** The same, with something on standard input. */
async function reading(
  input: string,
  ...argv: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const { status, stdout, stderr } = await reglineReading(join(folder, 'log.db'), input, ...argv);
  return { code: status, out: stdout, err: stderr };
}

function put(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

interface Imported {
  readonly files: readonly { file: string; error: string | null; new: number; vanished: string[] }[];
}
const filesOf = (out: string) => (JSON.parse(out) as Imported).files;
const LOG = 'TAP version 13\n1..1\nok 1 selftests: rseq: basic_test\n';
const SET = 'dataset: zone\n';
const LINES = `${SET}sources:
  git: { cite: "https://example.org/tree", by: Git, known: "2026-01-01" }
lines:
  - { line: mainline, complete: true, source: git }
`;
const release = (name: string, date = '2026-01-01') =>
  `  - { release: ${name}, line: mainline, date: "${date}", source: git }
`;

describe('import', () => {
  it('says once of each line that it was cut, whatever reads lines', async () => {
    const long = 'x'.repeat(1024 * 1024 + 1);
    const rule = '='.repeat(22);
    const kunit = `${rule} example (1 subtest) ${rule}\n[PASSED] a\n${long}\n${rule}== [PASSED] example ${rule}==\n`;
    const signal = (n: number) => `<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=t${n} RESULT=pass>\n`;
    // More results than one event holds: the log is told in pages.
    const lava = `${long}\n${Array.from({ length: 45_000 }, (_, n) => signal(n)).join('')}`;
    for (const [format, text] of Object.entries({ 'kunit-console': kunit, lava })) {
      const { code, err } = await regline('import', format, put(`${format}.log`, text), '--dry-run');
      expect([code, err.match(/is cut there/g)], format).toEqual([0, ['is cut there']]);
    }
  });

  it('reads standard input, alone and among files', async () => {
    const file = put('a.log', LOG);
    for (const files of [['-'], ['-', file], [file, '-']]) {
      const { code, out } = await reading(
        'TAP version 13\n1..1\nok 1 selftests: a: b\n',
        ...['import', 'auto', ...files, '--dry-run', '--format', 'json'],
      );
      expect(code).toBe(0);
      expect(filesOf(out).map((each) => [each.file, each.new])).toEqual(files.map((name) => [name, 1]));
    }
  });

  it('takes everything of a console with test results at once, and keeps the two apart', async () => {
    const boot =
      '[    0.000000] Linux version 6.12.1 (b@h) #1\n[    1.000000] Run /sbin/init as init process\n' +
      '[    2.000000] WARNING: CPU: 0 PID: 1 at kernel/rseq.c:1 f+0x1/0x2\n[    2.100000] ---[ end trace 0 ]---\n';
    const file = put('console.log', boot + LOG);
    const told = /console\.log: ktap, 2 new, 0 known \(1 pass\); its kernel: 1 pass, 1 fail\n/;
    expect((await regline('import', 'auto', file)).out).toMatch(told);
    const again = await regline('import', 'auto', file, '--format', 'json');
    expect(JSON.parse(again.out)).toMatchObject({
      files: [{ events: 2, new: 0, results: { pass: 1, fail: 0 }, kernel: { pass: 1, fail: 1 } }],
    });
    // Firmware may say more than is looked at to tell the format.
    const firmware = `coreboot-1a2b Mon Sep 12\n${'FMAP: area found\n'.repeat(5000)}`;
    expect((await regline('import', 'auto', put('board.log', firmware + boot + LOG))).out).toContain(
      'board.log: ktap, 2 new, 0 known (1 pass); its kernel: 1 pass, 1 fail',
    );
    // Whoever names a format gets that.
    expect((await regline('import', 'ktap', file, '--format', 'json')).out).toContain('"kernel": null');
    // What is seen to be no console is not looked at again.
    expect((await regline('import', 'auto', put('plain.log', LOG))).out).not.toContain('kernel');
  });

  it('says of a result from which kernel its selftests came', async () => {
    const options = ['--release', 'v6.12', '--arch', 'arm64', '--selftests-version', 'v6.19'];
    await regline('import', 'ktap', put('a.log', LOG.replace('ok 1', 'not ok 1')), ...options);
    const [id = ''] = /^[0-9a-f]{8}/m.exec((await regline('log')).out) ?? [];
    const { out } = await regline('explain', id);
    const words = out.replace(/\s+/g, ' ');
    expect(words).toContain('1 test of the selftests of v6.19 on v6.12 arm64');
    expect(words).toContain('is fail with the selftests of v6.19');
  });

  it('lists what is no longer in a file, once it is there no more, and retracts nothing', async () => {
    const both = `${LINES}releases:\n${release('v6.0')}${release('v6.1')}`;
    const file = put('set/releases.yaml', both);
    expect(await regline('import', 'facts', file)).toMatchObject({ code: 0, err: '' });
    put('set/releases.yaml', both.replace(release('v6.0'), ''));
    const again = await regline('import', 'facts', file, '--format', 'json');
    expect(again.err).toMatch(/releases\.yaml: warning: no longer in the file: ReleaseRecorded .*v6\.0\n/);
    expect(again.err).toContain('it still counts; retract it if it was wrong');
    expect(filesOf(again.out)[0]!.vanished).toEqual([expect.stringContaining('v6.0')]);
    expect((await regline('releases')).out).toContain('v6.0');
    // A record that only moved to another file of the set is still there.
    put('set/more.yaml', `${SET}releases:\n${release('v6.0')}`);
    const moved = await regline('import', 'facts', join(folder, 'set'), '--format', 'json');
    expect(moved.code).toBe(0);
    expect(filesOf(moved.out).flatMap((f) => f.vanished)).toEqual([]);
  });

  it('takes what it knows of a folder, and names what it passes over', async () => {
    put('logs/a.log', LOG);
    put('logs/README', 'words\n');
    const some = await regline('import', 'auto', join(folder, 'logs'));
    expect(some).toMatchObject({ code: 0, out: expect.stringContaining('a.log: ktap, 1 new') as string });
    expect(some.err).toMatch(/warning: passed over, of no known format: .*README\n/);
    put('words/one', 'words\n');
    put('words/two', 'words\n');
    const none = await regline('import', 'auto', join(folder, 'words'));
    expect(none).toMatchObject({ code: 3, err: expect.stringContaining('none of the files') as string });
    mkdirSync(join(folder, 'empty'));
    const empty = await regline('import', 'auto', join(folder, 'empty'));
    expect(empty).toMatchObject({ code: 3, err: expect.stringContaining('holds no file') as string });
  });

  it('takes nothing of a set of which one file is refused', async () => {
    put('set/a.yaml', `${LINES}releases:\n${release('v6.0')}`);
    put('set/b.yaml', `${SET}releases:\n${release('v6.1')}`);
    expect((await regline('import', 'facts', join(folder, 'set'))).code).toBe(0);
    put('set/a.yaml', `${LINES}releases:\n${release('v6.0')}${release('v6.2')}`);
    put('set/b.yaml', `${SET}releases:\n${release('v6.1', '2026-01-02')}`);
    const { code, out, err } = await regline('import', 'facts', join(folder, 'set'), '--format', 'json');
    expect(code).toBe(3);
    expect(err).toMatch(/b\.yaml:3:.*its rev is still 1/);
    expect(filesOf(out).map((f) => f.new)).toEqual([0]);
    expect((await regline('releases')).out).not.toContain('v6.2');
  });
});

it('keeps of a file that nothing can be read of so many pieces as it has room for, and how many there were besides', async () => {
  const pieces = (count: number) =>
    `{"version": {"major": 5, "minor": 3}, "tests": [${Array(count).fill('[]').join()}]}`;
  const rejected = async (name: string, count: number, ...more: readonly string[]) => {
    const { out } = await regline('import', 'kcidb', put(name, pieces(count)), ...more);
    return /, (\d+ new), .* (\d+) rejected/.exec(out)?.slice(1);
  };
  expect(await rejected('few.json', 1000)).toEqual(['1000 new', '1000']);
  expect(await rejected('many.json', 50_000)).toEqual(['1501 new', '1501']);
  const { out } = await regline('rejects');
  expect(out).toContain('many.json#/tests/1499:');
  expect(out).not.toContain('many.json#/tests/1500:');
  expect(out).toContain(
    'many.json: 48500 more pieces of this file could not be read either: only the first 1500 are kept one by one',
  );
  // Under another origin it is read anew, and says the same.
  expect(await rejected('many.json', 50_000, '--origin', 'x')).toEqual(['1501 new', '1501']);
});
