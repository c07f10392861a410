import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reglineHere } from '../support/in-process.ts';

const GOOD = `c0ffee00${'a'.repeat(32)}`;
const BAD = `c0ffee00${'b'.repeat(32)}`;
const OTHER = 'd'.repeat(40);

let folder: string;
const regline = (...args: readonly string[]) => reglineHere(folder, ...args);

/** Commits that nothing but the checkouts of their builds names, as KernelCI submits them. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regline-commits-'));
  const kernels = [GOOD, BAD, OTHER];
  const file = join(folder, 'submission.json');
  writeFileSync(
    file,
    JSON.stringify({
      version: { major: 5, minor: 3 },
      checkouts: kernels.map((git_commit_hash, i) => ({ id: `ci:c${i}`, origin: 'ci', git_commit_hash })),
      builds: kernels.map((_, i) => ({
        ...{ id: `ci:b${i}`, origin: 'ci', checkout_id: `ci:c${i}`, architecture: 'arm64', status: 'PASS' },
      })),
      tests: kernels.map((_, i) => ({
        ...{ id: `ci:t${i}`, origin: 'ci', build_id: `ci:b${i}`, path: 'boot' },
        status: i === 0 ? 'PASS' : 'FAIL',
      })),
    }),
  );
  expect((await regline('import', 'auto', file)).status).toBe(0);
  // A log beside, of which an abbreviated commit is told.
  const log = join(folder, 'beside.xml');
  writeFileSync(
    log,
    '<testsuite name="s"><properties><property name="kernel" value="7.1.0-rc1-00012-gdddddddddddd"/></properties><testcase name="t"/></testsuite>',
  );
  expect((await regline('import', 'auto', log, '--arch', 'arm64')).status).toBe(0);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const classOf = async (from: string, to: string) => {
  const { stdout } = await regline('changes', from, to, '--format', 'json');
  const { changes } = JSON.parse(stdout) as { changes: readonly { test: string; class: string }[] };
  return changes.map((c) => `${c.test} ${c.class}`);
};

it('compares commits by their hashes, whole or as history prints them', async () => {
  // What a log abbreviates is the same commit.
  expect(await classOf(GOOD, OTHER)).toEqual(['boot regression', 's.t new-pass']);
  expect(await classOf(GOOD.slice(0, 12), OTHER.slice(0, 7))).toEqual(['boot regression', 's.t new-pass']);
  // As `git describe` calls them, which no result does.
  expect(await classOf(`v7.0-3-g${GOOD.slice(0, 12)}`, `v7.1-9-g${OTHER.slice(0, 12)}`)).toEqual([
    'boot regression',
    's.t new-pass',
  ]);
  expect((await regline('check', '--release', BAD, '--baseline', GOOD, '--tests', 'boot')).status).toBe(1);
});

it('does not choose between commits that begin alike', async () => {
  const { status, stderr } = await regline('changes', 'c0ffee00', OTHER);
  expect([status, stderr.includes('"c0ffee00" is the beginning of several commits')]).toEqual([2, true]);
  expect([stderr.includes(GOOD), stderr.includes(BAD)]).toEqual([true, true]);
});

it('takes six digits for no commit', async () => {
  expect((await regline('changes', 'dddddd', GOOD)).status).toBe(2);
});
