import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reglineHere } from '../support/in-process.ts';

// Every question about an interface, asked of one of which no code knows anything.

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regline-pipes-'));
  expect((await reglineHere(folder, 'import', 'facts', 'test/fixtures/pipes')).status).toBe(0);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a command says, without the breaks of its lines. */
const says = async (...args: readonly string[]) => {
  const { status, stdout, stderr } = await reglineHere(folder, ...args);
  expect([status, stderr]).toEqual([0, '']);
  return stdout.replace(/\s+/g, ' ');
};
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await reglineHere(folder, ...args, '--format', 'json')).stdout);
const wake = async () => {
  const { regressions } = (await json('regressions')) as {
    regressions: readonly { id: string; behaviour: string }[];
  };
  return regressions.find((r) => r.behaviour === 'pipes.wake')!.id;
};

it('tells who runs which test where since when, and what nobody says', async () => {
  const text = await says('coverage');
  expect(text).toMatch(/lab s390 mainline not run until [0-9a-f]{8} 2021-04-05/);
  expect(text).toMatch(
    /on s390: lab runs it since 2021-04-06 [0-9a-f]{8}; lab did not run it until 2021-04-05 [0-9a-f]{8}; whether nightly [0-9a-f]{8}, which ran kselftest\.pipes, ran it here is not known/,
  );
  expect(text).toContain(
    'on which architectures nightly runs kselftest.pipes: its mails name no architecture',
  );
  expect(await says('coverage', '--as-of', '2021-03-10')).not.toContain('lab runs it');
});

it('tells how it got out, step by step, with the days between', async () => {
  expect(await json('escape', await wake())).toMatchObject({
    milestones: [
      { milestone: 'introduced', at: '2021-01-02' },
      { milestone: 'released', at: '2021-02-20', days: 49 },
      { milestone: 'reported', at: '2021-03-05T08:00:00Z' },
      { milestone: 'covered', at: '2021-04-06' },
      { milestone: 'proposed', at: '2021-04-01T12:00:00Z' },
      { milestone: 'merged', release: 'v2.2-rc2' },
      { milestone: 'backported', line: '2.1.y', at: '2021-04-20', release: 'v2.1.2' },
    ],
  });
  expect(await says('escape', await wake())).toMatch(
    /18 days from merged to backported in 2\.1\.y: 2021-04-12 The stable team: 333333333333 failed-to-apply/,
  );
});

it('knows architectures by the names of tools and distributions, and sends whoever asks for a behaviour to mode', async () => {
  for (const [arch, usual] of [
    ['s390x', 's390'],
    ['riscv64', 'riscv'],
  ] as const)
    for (const question of [
      ['mode', '--release', 'v2.1', '--arch', arch],
      ['table', '--archs', arch],
      ['explain', 'shell', 'v2.1', arch],
    ] as const)
      expect(await json(...question)).toEqual(
        await json(...question.map((word) => (word === arch ? usual : word))),
      );
  const { status, stderr } = await reglineHere(folder, 'explain', 'pipes.wake', 'v2.1', 's390x');
  expect(status).toBe(2);
  expect(stderr).toContain('regline mode --release v2.1 --arch s390 ');
});

it('tells who owns what, and who cannot share a process', async () => {
  const text = await says('ownership');
  expect(await json('ownership')).toMatchObject({
    fields: [
      { field: 'pipes.head', owner: 'kernel', uses: [{ consumer: 'logger' }, { consumer: 'shell' }] },
      { field: 'pipes.tail', owner: 'user space', uses: [{ consumer: 'shell', use: 'writes' }] },
      { field: 'pipes.spare', owner: 'kernel', since: 'v2.2-rc1', uses: [] },
    ],
  });
  expect(text).not.toContain('CONFIG_EAGER');
  expect(text).toMatch(
    /logger and shell: logger writes pipes\.head, which belongs to the kernel .*--no-mark gives a field that others can read and costs the place of the last line/,
  );
  expect(text).toContain('logger and mixer: both register pipes for themselves, and only one of them can');
});

it('predicts each proposal for each consumer, says what it cannot, and scores what was taken in', async () => {
  const text = await says('predictions', '--score');
  expect(text).toMatch(
    /back \(accepted, Bob\): .* scored at v2\.2-rc2: 10 right, 0 wrong.*; it mends shell on s390/,
  );
  expect(text).toMatch(/hint \(proposed, Max\): .* what it sets is not recorded/);
  expect(text).toContain('the profile does not say registration.size');
});

it('tells what a registration gets, and whereto a process can be moved', async () => {
  expect(await says('mode', '--size', '64', '--release', 'v2.1', '--arch', 'riscv')).toContain(
    'The kernel does not take this registration: pipes.mode is rejected.',
  );
  expect(await says('mode', '--size', '64', '--release', 'v2.2-rc2', '--arch', 'riscv')).toContain(
    'This registration decides: pipes.mode is big.',
  );
  const moves = await says('migrate', '--releases', 'v2.0,v2.1,v2.2-rc2', '--consumers', 'logger,mixer');
  expect(moves).toMatch(
    /logger on s390, riscv From v2\.0, v2\.1 v2\.2-rc2 v2\.0, v2\.1 works \[1\] works \[2\] v2\.2-rc2 broken \[3\] works \[4\]/,
  );
  expect(moves).toMatch(/mixer on s390, riscv: works/);
});

it('tells what was learnt between two days, and in the mail of the week', async () => {
  const diff = await says('diff', '--from', '2021-03-04', '--to', '2021-04-30');
  expect(diff).toMatch(/New regressions - R-[0-9a-f]{8} pipes\.wake = lazily breaks shell on s390/);
  expect(diff).toMatch(/Decided - [0-9a-f]{8} 2021-04-01 Bob \(rejected\): wake at once for big rings/);
  // By kind, with the number of statements; what is said of one change stands in one place.
  const learnt = diff.slice(diff.search(/Learnt: \d+ statements/));
  expect(learnt.indexOf('What people said: ')).toBeLessThan(learnt.indexOf('Changes and where they went: '));
  expect(learnt).toMatch(
    /- 2021-04-02 333333333333 pipes: \S.* 2021-04-10 333333333333 entered v2\.2-rc2 .* 2021-04-20 333333333333 backported/,
  );
  // Both of the days that are named belong to the report.
  expect(await says('report', '--since', '2021-03-05', '--until', '2021-03-12')).toMatch(
    /NEW - R-.* reported;/,
  );
  expect(await says('report', '--since', '2021-03-06', '--until', '2021-04-10')).toMatch(
    /RESOLVED - R-.* fixed in mainline by 333333333333 since v2\.2-rc2/,
  );
});

it('leads from every cell of a grid and every stretch of a timeline to what explains it', async () => {
  const grid = await says('table', '--consumers', 'shell', '--archs', 's390');
  const timeline = await says('timeline', '--consumers', 'shell', '--archs', 's390');
  for (const text of [grid, timeline]) {
    const ids = [...text.matchAll(/\b[0-9a-f]{8}\b/g)].map((m) => m[0]);
    expect(ids.length).toBeGreaterThan(3);
    for (const id of new Set(ids)) expect(await says('explain', id)).toContain(id);
  }
});

it('tells in a release note what is newly broken there, and not again among the known issues', async () => {
  const note = (since: string) => says('release-note', 'v2.1.1', '--since', since);
  expect(await note('v2.0')).toMatch(
    /Newly broken - shell, shell\/guarded on s390: broken \(was: works\)[^]* Known issues None besides\. Not known /,
  );
  expect(await note('v2.1')).toMatch(
    /Nothing that worked in v2\.1 is recorded as broken\. Known issues - shell, shell\/guarded on s390: broken/,
  );
});
