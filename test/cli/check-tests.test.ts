import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reglineHere } from '../support/in-process.ts';

let folder: string;
const regline = (...args: readonly string[]) => reglineHere(folder, ...args);
const report = (cases: Readonly<Record<string, string>>) =>
  `<testsuite name="s">${Object.entries(cases)
    .map(([name, inner]) => `<testcase name="${name}">${inner}</testcase>`)
    .join('')}</testsuite>`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regline-check-tests-'));
  const take = async (build: string, cases: Readonly<Record<string, string>>) => {
    writeFileSync(join(folder, `${build}.xml`), report(cases));
    const options = ['--release', build, '--arch', 'arm64', '--origin', 'ours', '--known-at', '2026-01'];
    expect(await regline('import', 'auto', join(folder, `${build}.xml`), ...options)).toMatchObject({
      status: 0,
      stderr: '',
    });
  };
  const [fail, skip] = ['<failure/>', '<skipped/>'];
  await take('build-7', { steady: '', broke: '', ill: fail, lost: '', idle: skip });
  await take('build-8', { steady: '', broke: fail, ill: fail, idle: skip, added: fail });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const check = (...args: readonly string[]) => regline('check', '--release', 'build-8', ...args);

it('exits 1 with the reasons, without any consumer, and lists what is known apart', async () => {
  const { status, stdout } = await check('--baseline', 'build-7', '--tests', '*');
  expect([status, stdout.replace(/[0-9a-f]{8}#/g, 'ID#').replace(/,\n +/g, ', ')]).toEqual([
    1,
    `Failed: 1 of 6 tests passes at build-8 against build-7

Why it fails

  - new-regression: s.broke on arm64: pass, then fail; evidence ID#1, ID#1
  - new-failure: s.added on arm64: fail; evidence ID#4
  - unknown: s.lost on arm64: pass, then no result; evidence ID#3

Known, which fails no check

  - fails: s.ill on arm64: fail, then fail; evidence ID#2, ID#2

1 test said nothing, as before.
`,
  ]);
});

it('exits 0 where nothing is worse; tests are named as any command names them', async () => {
  const passed = await check('--baseline', 'build-7', '--tests', 'steady,ill', '--arch', 'arm64');
  expect([passed.status, passed.stdout.split('\n')[0]]).toEqual([
    0,
    'Passed: 1 of 2 tests passes at build-8 against build-7',
  ]);
  expect((await check('--tests', 's.steady')).status).toBe(0);
  expect((await check('--tests', 's.steady,ill')).status).toBe(1);
});

it('gives the reasons for machines, with what the test came to before and after', async () => {
  const json = JSON.parse(
    (await check('--baseline', 'build-7', '--tests', 's.broke,idle', '--format', 'json')).stdout,
  ) as object;
  expect(json).toMatchObject({
    schema: 'regline.check-tests/1',
    ok: false,
    release: 'build-8',
    baseline: 'build-7',
    tests: 2,
    passes: 0,
    reasons: [
      {
        ...{ reason: 'new-regression', test: 's.broke', arch: 'arm64', class: 'regression' },
        ...{ before: { good: 1, bad: 0 }, after: { good: 0, bad: 1 }, beforeAt: 'build-7' },
      },
      // By its name, so it has to say something.
      { reason: 'unknown', test: 's.idle', class: null },
    ],
    known: [{ reason: 'unknown', test: 's.idle' }],
  });
});

it('never passes where nothing was tested', async () => {
  const filtered = await check('--baseline', 'build-7', '--tests', '*', '--arch', 'mips');
  expect([filtered.status, filtered.stdout]).toEqual([
    1,
    expect.stringContaining('unknown: no test that was asked for has an outcome at build-8'),
  ]);
  // What is nowhere in the log may be mistyped: usage.
  for (const args of [
    ['--baseline', 'build-6', '--tests', '*'],
    ['--tests', 'stedy'],
    ['--tests', 't.*'],
  ])
    expect((await check(...args)).status).toBe(2);
  expect((await regline('check', '--release', 'build-9', '--tests', '*')).status).toBe(2);
});

it('says which options go together', async () => {
  for (const args of [
    ['--tests', '*', '--consumer', 'shell'],
    ['--platforms', 'qemu'],
    ['--origins', 'ours'],
  ]) {
    const { status, stdout } = await check(...args);
    expect([status, stdout]).toEqual([2, '']);
  }
});

it('says where no machine is on both sides, and compares all the same where it is told to', async () => {
  for (const [build, host, inner] of [
    ['night-1', 'agent-one', ''],
    ['night-2', 'agent-two', '<failure/>'],
  ] as const) {
    const file = join(folder, `${build}.xml`);
    writeFileSync(
      file,
      `<testsuite name="n" hostname="${host}"><testcase name="t">${inner}</testcase></testsuite>`,
    );
    expect((await regline('import', 'auto', file, '--release', build)).status).toBe(0);
  }
  const plain = (await regline('changes', 'night-1', 'night-2')).stdout.replace(/\s+/g, ' ');
  expect(plain).toContain('1 new-failure, 1 disappeared No platform is on both sides');
  const any = (await regline('changes', 'night-1', 'night-2', '--any-platform')).stdout;
  expect([any, any.includes('No platform')]).toEqual([expect.stringMatching(/: 1 regression\n/), false]);
  const asked = ['check', '--release', 'night-2', '--baseline', 'night-1', '--tests', '*'];
  expect((await regline(...asked)).stdout).toContain('No platform is on both sides');
  const { reasons } = JSON.parse((await regline(...asked, '--any-platform', '--format', 'json')).stdout) as {
    reasons: readonly { reason: string; platform: string | null }[];
  };
  expect(reasons).toMatchObject([{ reason: 'new-regression', platform: null }]);
  const { tests } = JSON.parse(
    (await regline('history', 'n.t', '--any-platform', '--format', 'json')).stdout,
  ) as { tests: readonly { lanes: readonly { turns: readonly object[] }[] }[] };
  expect(tests[0]!.lanes.map((lane) => lane.turns)).toMatchObject([[{ kind: 'broke', to: 'night-2' }]]);
});

it('refuses a test that nobody knows where changes would show nothing', async () => {
  expect(await regline('changes', 'build-7', 'build-8', '--tests', 'brok')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('no test "brok"') as string,
  });
  expect((await regline('changes', 'build-7', 'build-8', '--tests', 'broke')).stdout).toContain(
    '1 regression',
  );
});
