import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RegressionsDocument } from '../../queries/regressions/regression-life.ts';
import type { HistoryDocument } from '../../queries/results/test-history.ts';
import { reglineHere } from '../support/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'regline-history-'));
const regline = (...args: readonly string[]) => reglineHere(folder, ...args);

let files = 0;
async function ran(
  release: string,
  outcome: string,
  origin = 'lab',
  arch = 's390',
  known = '2021-05',
): Promise<void> {
  const file = join(folder, `${files++}.log`);
  writeFileSync(file, `TAP version 13\n# ${file}\n1..1\n${outcome}\n`);
  const where = ['--release', release, '--arch', arch, '--origin', origin, '--known-at', known];
  expect(await regline('import', 'auto', file, ...where)).toMatchObject({ status: 0, stderr: '' });
}

const ok = 'ok 1 selftests: pipes: wake_test';
beforeAll(async () => {
  expect((await regline('import', 'facts', 'test/fixtures/pipes')).status).toBe(0);
  await ran('v2.0', ok);
  await ran('v2.1', ok);
  await ran('v2.2-rc1', `not ${ok}`);
  await ran('v2.2-rc2', `${ok} # SKIP no pipes`);
  await ran('v2.1.1', ok, 'other');
  await ran('v2.1.2', `not ${ok}`, 'other');
  await ran('v2.1.2', ok, 'lab');
  await ran('v2.3-rc1-12-gabcdef012345', ok, 'lab', 's390', '2021-06');
  await ran('v2.3-rc1-2-gabcdef012345', `not ${ok}`, 'lab', 's390', '2021-07');
  await ran('v2.0', 'ok 1 selftests: pipes: other_test', 'lab', 's390;id');
  await ran('v2.1', 'not ok 1 selftests: pipes: other_test', 'lab', 's390;id');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function lanes(...args: readonly string[]) {
  const { stdout, stderr, status } = await regline('history', ...args, '--format', 'json');
  expect([status, stderr]).toEqual([0, '']);
  const { tests } = JSON.parse(stdout) as HistoryDocument;
  return tests.flatMap(({ test, lanes: found }) =>
    found.map(({ spans, turns, arch, origins }) => ({
      test,
      at: `${arch ?? '-'} ${origins.join()}`,
      spans: spans.map((s) => `${s.line ?? '-'} ${s.from}..${s.to} ${s.state}`),
      turns: turns.map((t) => `${t.kind} ${t.from}..${t.to} over ${t.over}`),
    })),
  );
}

it('tells a test version by version, line by line, and where it turned', async () => {
  const told = {
    test: 'kselftest.pipes.wake_test',
    at: 's390 lab,other',
    spans: [
      'mainline v2.0..v2.1 pass',
      'mainline v2.2-rc1..v2.2-rc1 fail',
      'mainline v2.2-rc2..v2.2-rc2 inconclusive',
      '2.1.y v2.1.1..v2.1.1 pass',
      '2.1.y v2.1.2..v2.1.2 mixed',
      '- v2.3-rc1-2-gabcdef012345..v2.3-rc1-2-gabcdef012345 fail',
      '- v2.3-rc1-12-gabcdef012345..v2.3-rc1-12-gabcdef012345 pass',
    ],
    turns: [
      'broke v2.1..v2.2-rc1 over releases',
      'flaky v2.1.1..v2.1.2 over releases',
      'fixed v2.3-rc1-2-gabcdef012345..v2.3-rc1-12-gabcdef012345 over commits',
    ],
  };
  for (const name of ['kselftest.pipes.wake_test', 'selftests: pipes: wake_test', 'wake_test', '*.wake_*'])
    expect(await lanes(name)).toEqual([told]);
});

it('narrows to releases, origins and what was known by a day', async () => {
  expect(await lanes('wake_test', '--releases', 'v2.0..v2.2-rc1')).toMatchObject([
    { spans: ['mainline v2.0..v2.1 pass', 'mainline v2.2-rc1..v2.2-rc1 fail'] },
  ]);
  expect(await lanes('wake_test', '--origins', 'other')).toMatchObject([
    { at: 's390 other', turns: ['broke v2.1.1..v2.1.2 over releases'] },
  ]);
  expect(await lanes('wake_test', '--archs', 'arm64')).toEqual([]);
  const [early] = await lanes('wake_test', '--as-of', '2021-06-30');
  expect(early!.spans.at(-1)).toBe('- v2.3-rc1-12-gabcdef012345..v2.3-rc1-12-gabcdef012345 pass');
});

it('names the search behind each turn as a shell takes it, and that search finds it', async () => {
  const { stdout } = await regline(
    'history',
    'wake_test',
    '--releases',
    'v2.1,v2.2-rc1',
    '--format',
    'markdown',
  );
  const search = /`regline (bisect start [^`]*)`/.exec(stdout)![1]!;
  expect(search).toBe(
    'bisect start --over releases --test kselftest.pipes.wake_test --arch s390 --good v2.1 --bad v2.2-rc1',
  );
  expect((await regline(...search.split(' '))).stdout).toMatch(/found: 1 suspect .*v2\.2-rc1/);
  const hostile = await regline('history', 'other_test', '--format', 'markdown');
  expect(hostile.stdout).toContain("--arch 's390;id' ");
});

it('knows no test by another name, and lists tests by a pattern', async () => {
  expect(await regline('history', 'wake_tset')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/no test "wake_tset" is recorded\n/) as string,
  });
  const { stdout } = await regline('tests', '*wake*', '--format', 'json');
  expect((JSON.parse(stdout) as { tests: unknown[] }).tests).toMatchObject([
    { test: 'kselftest.pipes.wake_test', results: true },
  ]);
  expect((await regline('tests')).stdout).toMatch(
    /pipes\.wake_test +pipes\.wake\n\nOnly seen in results:\nkselftest\.pipes\.other_test\n/,
  );
});

it('calls no turn what a flaky test does now and then, and says of the last one that it may be chance', async () => {
  const flaky = 'ok 1 selftests: pipes: flaky_test';
  for (const [release, outcomes] of [
    ['v2.0', [flaky, `not ${flaky}`]],
    ['v2.1', [flaky]],
    ['v2.2-rc1', [flaky, `not ${flaky}`]],
    // Another line goes on from v2.1.
    ['v2.1.1', [flaky]],
    ['v2.1.2', [`not ${flaky}`]],
  ] as const)
    for (const outcome of outcomes) await ran(release, outcome);
  expect(await lanes('flaky_test')).toMatchObject([{ turns: ['broke v2.1.1..v2.1.2 over releases'] }]);
  const { stdout } = await regline('history', 'flaky_test', '--format', 'markdown');
  expect(stdout).toContain(
    'broke between v2.1.1 and v2.1.2 (s390), 40% likely by chance, as it had been flaky: ',
  );
});

it('tells where a test that stays flaky fails more often, each rate apart, and the search finds that', async () => {
  const worse = 'ok 1 selftests: pipes: rate_test';
  for (const [release, bad, good] of [
    ['v2.0', 1, 9],
    ['v2.1', 1, 9],
    ['v2.2-rc1', 9, 1],
    ['v2.2-rc2', 8, 2],
  ] as const)
    for (let run = 0; run < bad + good; run++) await ran(release, `${run < bad ? 'not ' : ''}${worse}`);
  expect(await lanes('rate_test')).toMatchObject([
    {
      spans: ['mainline v2.0..v2.1 mixed', 'mainline v2.2-rc1..v2.2-rc2 mixed'],
      turns: ['worse v2.1..v2.2-rc1 over releases'],
    },
  ]);
  const { stdout } = await regline('history', 'rate_test', '--format', 'markdown');
  expect(stdout).toContain(
    'turned worse between v2.1 and v2.2-rc1 (s390), failing in 17 of 20 runs since and 2 of 20 before: ',
  );
  const search = /`regline (bisect start [^`]*)`/.exec(stdout)![1]!;
  expect((await regline(...search.split(' '))).stdout).toMatch(/>99% v2\.2-rc1/);
});

it('opens no regression for what a flaky test does now and then, and one in a world where it is not flaky', async () => {
  const limit = 'ok 1 selftests: pipes: limit_test';
  await ran('v2.0', limit, 'lab', 'riscv');
  await ran('v2.1', limit, 'lab', 'riscv');
  await ran('v2.1', `not ${limit}`, 'lab', 'riscv');
  await ran('v2.2-rc1', limit, 'lab', 'riscv');
  await ran('v2.2-rc2', `not ${limit}`, 'lab', 'riscv');
  const { regressions, flaky } = JSON.parse(
    (await regline('regressions', '--format', 'json')).stdout,
  ) as RegressionsDocument;
  expect(regressions.filter((r) => r.opened === 'tests')).toEqual([]);
  expect(flaky).toMatchObject([
    {
      test: 'kselftest.pipes.limit_test',
      arch: 'riscv',
      releases: ['v2.2-rc2'],
      usual: { bad: 1, good: 2 },
      since: { bad: 1, good: 0 },
      chance: expect.closeTo(0.5) as number,
    },
  ]);
  expect((await regline('regressions')).stdout.replace(/\s+/g, ' ')).toContain(
    'limit_test at v2.2-rc2 on riscv: failed in 1 of 1 runs, 50% likely by chance, as it had failed in 1 of 3 before; evidence ',
  );
  const { stdout } = await regline('history', 'limit_test', '--releases', 'v2.1', '--format', 'json');
  const { evidence } = (JSON.parse(stdout) as HistoryDocument).tests[0]!.lanes[0]!.spans[0]!;
  const failed = evidence.map((id) => id.split('#')[0]!);
  const without = failed.flatMap((id) => ['--without', id]);
  expect((await regline('what-if', ...without)).stdout.replace(/\s+/g, ' ')).toMatch(
    /new: R-[0-9a-f]{8} kselftest.pipes.limit_test fails on riscv since v2.2-rc2 /,
  );
});
