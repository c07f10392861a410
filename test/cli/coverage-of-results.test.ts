import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CoverageDocument } from '../../queries/knowledge/coverage.ts';
import type { EscapeDocument } from '../../queries/regressions/escape.ts';
import { outputHere } from '../support/in-process.ts';

let folder: string;
const regline = (...args: readonly string[]) => outputHere(folder, ...args);
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse(await regline(...args, '--format', 'json'));

/** A test of a submission to KCIDB, of a build that is of v2.1 on s390. */
const seen = (id: string, origin: string, path: string, status: string | null, start: string | null) => ({
  ...{ id: `${origin}:${id}`, origin, build_id: 'farm:b', path },
  ...(status === null ? {} : { status }),
  ...(start === null ? {} : { start_time: start }),
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regline-coverage-'));
  await regline('import', 'facts', 'test/fixtures/pipes');
  const commit = 'e'.repeat(40);
  writeFileSync(
    join(folder, 'submission.json'),
    JSON.stringify({
      version: { major: 5, minor: 3 },
      checkouts: [
        {
          id: 'farm:c',
          origin: 'farm',
          git_commit_hash: commit,
          git_commit_name: 'v2.1',
          tree_name: 'stable',
        },
      ],
      builds: [{ id: 'farm:b', origin: 'farm', checkout_id: 'farm:c', architecture: 's390', status: 'PASS' }],
      tests: [
        seen('1', 'farm', 'kselftest.pipes.wake_test', 'SKIP', '2021-02-25T10:00:00Z'),
        seen('2', 'farm', 'kselftest.pipes.wake_test', 'FAIL', '2021-03-01T10:00:00Z'),
        seen('3', 'farm', 'kselftest.pipes.wake_test', 'FAIL', '2021-03-09T10:00:00Z'),
        seen('5', 'farm', 'ltp.pipe01', 'PASS', '2021-03-02T10:00:00Z'),
      ],
    }),
  );
  await regline('import', 'kcidb', join(folder, 'submission.json'));
  const log = join(folder, 'lab.log');
  writeFileSync(log, 'TAP version 13\n1..1\nok 1 selftests: pipes: wake_test # SKIP no pipes\n');
  const where = ['--release', 'v2.1', '--arch', 's390', '--known-at', '2021-02-20'];
  await regline('import', 'ktap', log, '--origin', 'LAB', ...where);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('tells from results who runs a test where, since the first that says something', async () => {
  const { entries, others } = (await json('coverage')) as CoverageDocument;
  expect(
    entries
      .filter((e) => e.ran !== null)
      .map((e) => [e.ci, e.arch, e.tree, e.state, e.since?.slice(0, 10), e.ran!.last?.slice(0, 10)]),
  ).toEqual([
    ['farm', 's390', 'stable', 'seen', '2021-03-01', '2021-03-09'],
    // Who is called so otherwise is the same.
    ['lab', 's390', 'mainline', 'inconclusive', '2021-02-20', '2021-02-20'],
  ]);
  expect(others).toBe(1);
  const text = (await regline('coverage')).replace(/\s+/g, ' ');
  expect(text).toMatch(/farm was seen to run it from 2021-03-01 to 2021-03-09 [0-9a-f]{8}#0/);
  expect(text).toMatch(/lab was seen to run it on 2021-02-20, without an outcome [0-9a-f]{8}#0/);
  expect(text).toContain('results of 1 test that is not recorded: regline coverage --tests NAMES');
});

it('tells what could be known by a day', async () => {
  const { entries } = (await json('coverage', '--as-of', '2021-02-28')) as CoverageDocument;
  expect(entries.filter((e) => e.ran !== null && e.ci === 'farm').map((e) => [e.state, e.since])).toEqual([
    ['inconclusive', '2021-02-25T10:00:00.000Z'],
  ]);
});

it('tells of tests that nobody recorded, when it is asked for them', async () => {
  const { entries, gaps } = (await json('coverage', '--tests', 'ltp.*')) as CoverageDocument;
  expect([entries.map((e) => [e.test, e.ci, e.since]), gaps]).toEqual([
    [['ltp.pipe01', 'farm', '2021-03-02T10:00:00.000Z']],
    [],
  ]);
  const about = (await json('coverage', '--tests', 'kselftest.pipes.wake_test')) as CoverageDocument;
  expect(new Set(about.entries.map((e) => e.test))).toEqual(
    new Set(['kselftest.pipes', 'kselftest.pipes.wake_test']),
  );
  expect(about.gaps).not.toEqual([]);
});

it('covers a regression from the first result of a test that shows it, and asks no result that was retracted', async () => {
  const { regressions } = (await json('regressions')) as {
    regressions: readonly { id: string; behaviour: string }[];
  };
  const { id } = regressions.find((r) => r.behaviour === 'pipes.wake')!;
  const covered = async () =>
    ((await json('escape', id)) as EscapeDocument).milestones.find((m) => m.milestone === 'covered')!;
  const first = await covered();
  expect([first.at, first.says]).toEqual([
    '2021-03-01T10:00:00.000Z',
    expect.stringContaining('farm was seen to run kselftest.pipes.wake_test on s390'),
  ]);
  await regline('retract', first.evidence[0]!, '--reason', 'another machine');
  expect((await covered()).at).toBe('2021-03-09T10:00:00.000Z');
});
