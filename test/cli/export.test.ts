import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { regzbotCommands } from '../../importers/mail/regzbot.ts';
import { checkOf, type Kind } from '../../importers/kcidb/schema.ts';
import { reglineReading } from '../support/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'regline-export-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let logs = 0;

/** A log of its own, with a way to run commands on it. */
function newLog() {
  const db = join(folder, `${++logs}.db`);
  return async (args: readonly string[], stdin: string | Uint8Array = '') => {
    const { status, stdout, stderr } = await reglineReading(db, stdin, ...args);
    return { status, out: stdout, err: stderr };
  };
}

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, `${++logs}-${name}`);
  writeFileSync(path, content);
  return path;
}

const KTAP = `TAP version 13
1..4
ok 1 selftests: rseq: basic_test
not ok 2 selftests: rseq: run_param_test.sh # exit=1
not ok 3 selftests: rseq: syscall_errors_test # TIMEOUT 45 seconds
ok 4 selftests: rseq: odd+name # SKIP no
`;
const version = { major: 5, minor: 3 };
const SUBMISSION = {
  version,
  checkouts: [
    {
      id: 'ci:c',
      origin: 'ci',
      git_commit_name: 'v6.19-rc1',
      git_commit_hash: 'a'.repeat(40),
      git_repository_url: 'https://example.org/linux.git',
      start_time: '2025-12-15T01:00:00Z',
    },
  ],
  builds: [{ id: 'ci:b', origin: 'ci', checkout_id: 'ci:c', architecture: 'arm64', status: 'PASS' }],
  tests: [
    {
      id: 'ci:t',
      origin: 'ci',
      build_id: 'ci:b',
      path: 'kselftest.rseq.basic_test',
      status: 'FAIL',
      start_time: '2025-12-15T02:00:00Z',
      log_excerpt: 'a\u001b[31m\u202e',
    },
    { id: 'ci:t2', origin: 'ci', build_id: 'ci:b', path: 'boot', status: 'DONE' },
  ],
  issues: [{ id: 'ci:i', origin: 'ci', version: 3, comment: 'the board', culprit: { harness: true } }],
  incidents: [
    {
      id: 'ci:n',
      origin: 'ci',
      issue_id: 'ci:i',
      issue_version: 3,
      test_id: 'ci:t',
      present: false,
      comment: 'why',
    },
  ],
};

/** A log with facts, results of two formats, a reject and a retraction. */
async function fullLog() {
  const log = newLog();
  expect((await log(['import', 'facts', 'data/rseq'])).status).toBe(0);
  const ktap = fileOf('a.log', KTAP);
  const about = ['--release', 'v6.18', '--arch', 'x86_64', '--origin', 'My Lab', '--known-at', '2025-12-01'];
  expect((await log(['import', 'ktap', ktap, ...about])).status).toBe(0);
  expect((await log(['import', 'kcidb', fileOf('s.json', JSON.stringify(SUBMISSION))])).status).toBe(0);
  const shown = JSON.parse((await log(['log', '--only', 'BuildObserved', '--format', 'json'])).out) as {
    events: { id: string }[];
  };
  await log(['retract', shown.events[0]!.id, '--reason', 'a trial']);
  return log;
}

const cellsOf = async (log: ReturnType<typeof newLog>) =>
  (
    JSON.parse((await log(['table', '--format', 'json', '--releases', 'v6.18,v6.19-rc1'])).out) as {
      cells: unknown;
    }
  ).cells;

describe('export of events', () => {
  it('gives the same bytes after it was loaded into another log, from a file, standard input and .gz', async () => {
    const log = await fullLog();
    const first = (await log(['export'])).out;
    const lines = first.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(800);
    // What a terminal would obey is escaped; nothing is lost by that.
    expect(first).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    for (const [file, stdin] of [
      [fileOf('log.ndjson', first), ''],
      ['-', first],
      [fileOf('log.ndjson.gz', gzipSync(first)), ''],
    ] as const) {
      const copy = newLog();
      const taken = await copy(['import', 'auto', file, '--format', 'json'], stdin);
      expect(taken.err).toBe('');
      expect(JSON.parse(taken.out)).toMatchObject({
        files: [{ format: 'events', new: lines.length, duplicates: 0, error: null }],
      });
      expect((await copy(['export'])).out).toBe(first);
      expect((await copy(['verify'])).status).toBe(0);
      expect((await copy(['stats', '--format', 'json'])).out).toBe(
        (await log(['stats', '--format', 'json'])).out,
      );
      expect((await copy(['culprits', '--format', 'json'])).out).toBe(
        (await log(['culprits', '--format', 'json'])).out,
      );
      // Loading it again, or into the log that it came from, adds nothing.
      expect((await copy(['import', 'events', file], stdin)).out).toMatch(/0 new/);
    }
    expect((await log(['import', 'events', '-'], first)).out).toMatch(/0 new/);
  }, 120_000);

  it('refuses a line that was changed, and takes nothing of the file', async () => {
    const log = newLog();
    await log(['import', 'ktap', fileOf('b.log', KTAP), '--release', 'v6.18', '--arch', 'x86_64']);
    await log(['import', 'kcidb', fileOf('s.json', JSON.stringify(SUBMISSION))]);
    const lines = (await log(['export'])).out.trimEnd().split('\n');
    const spoiled: readonly (readonly [string, RegExp])[] = [
      [lines[1]!.replace('v6.19-rc1', 'v6.19-rc2'), /does not give its id/],
      [lines[1]!.slice(0, -5), /no JSON/],
      ['[]', /no object/],
      [lines[1]!.replace('{"id"', '{"x":1,"id"'), /"x" is no field of an event/],
      [lines[1]!.replace('CheckoutObserved', 'CheckoutObserve'), /does not give its id/],
      [lines[1]!.replace('"version":1', '"version":"1"'), /version: it is no number/],
      [lines[1]!.replace(/"payload":.*$/, `"payload":${'['.repeat(5000)}${']'.repeat(5000)}}`), /./],
    ];
    for (const [line, says] of spoiled) {
      const copy = newLog();
      const file = fileOf('bad.ndjson', [lines[0]!, line, ...lines.slice(2)].join('\n'));
      const { status, err, out } = await copy(['import', 'events', file]);
      expect(status).toBe(3);
      expect(err).toMatch(says);
      expect(err).toContain(`${file}:2: error`);
      expect(out).toContain('nothing of it was taken');
      expect((await copy(['export'])).out).toBe('');
    }
  });
});

describe('export to KCIDB', () => {
  it('is a submission that fits the schema, and gives the same cells when it is read again', async () => {
    const log = await fullLog();
    const text = (await log(['export', '--as', 'kcidb'])).out;
    const submission = JSON.parse(text) as Record<string, { id: string }[]>;
    for (const kind of ['checkout', 'build', 'test', 'issue', 'incident'] as Kind[]) {
      for (const object of submission[`${kind}s`]!) expect(checkOf(kind, 503)(object)).toBeNull();
    }
    expect(submission.tests).toHaveLength(6);
    expect(submission.tests).toContainEqual(
      expect.objectContaining({ id: 'ci:t', path: 'kselftest.rseq.basic_test', status: 'FAIL' }),
    );
    expect(submission.tests).toContainEqual(
      expect.objectContaining({ id: 'ci:t2', path: 'boot', status: 'DONE' }),
    );
    expect(submission.incidents).toEqual([
      expect.objectContaining({ id: 'ci:n', issue_id: 'ci:i', issue_version: 3, present: false }),
    ]);
    // The build was retracted; only the one that was made for the other log's place is told.
    expect(submission.builds).toEqual([
      expect.objectContaining({ origin: 'my_lab', architecture: 'x86_64' }),
    ]);
    const copy = newLog();
    await copy(['import', 'facts', 'data/rseq']);
    const taken = await copy(['import', 'auto', fileOf('again.json', text), '--format', 'json']);
    expect(JSON.parse(taken.out)).toMatchObject({
      files: [
        { format: 'kcidb', rejects: 0, results: { pass: 1, fail: 2, timeout: 1, skip: 1, unknown: 1 } },
      ],
    });
    const withoutEvidence = (cells: unknown) =>
      (cells as object[]).map((cell) => ({ ...cell, evidence: null }));
    expect(withoutEvidence(await cellsOf(copy))).toEqual(withoutEvidence(await cellsOf(log)));
  }, 120_000);

  it('keeps the runs of a test that failed beside the one that counts', async () => {
    const [log, copy] = [newLog(), newLog()];
    for (const [release, runs] of [
      ['v6.17', ''],
      ['v6.18', '<flakyFailure/><flakyFailure/>'],
    ] as const) {
      const suite = `<testsuite><testcase name="a">${runs}</testcase></testsuite>`;
      await log(['import', 'junit', fileOf('a.xml', suite), '--release', release, '--arch', 'x86_64']);
    }
    await copy(['import', 'kcidb', fileOf('b.json', (await log(['export', '--as', 'kcidb'])).out)]);
    const changes = (await copy(['changes', 'v6.17', 'v6.18', '--format', 'json'])).out;
    expect(JSON.parse(changes)).toMatchObject({
      changes: [{ class: 'flaky', after: { good: 1, bad: 2, inconclusive: 0 } }],
    });
  });

  it('gives the same objects again when it is exported from what was read', async () => {
    const log = newLog();
    await log(['import', 'kcidb', fileOf('s.json', JSON.stringify(SUBMISSION))]);
    const text = (await log(['export', '--as', 'kcidb'])).out;
    const copy = newLog();
    await copy(['import', 'kcidb', fileOf('again.json', text)]);
    expect((await copy(['export', '--as', 'kcidb'])).out).toBe(text);
  });
});

describe('export to regzbot', () => {
  it('gives commands that are read as such, one stretch a regression', async () => {
    const log = newLog();
    await log(['import', 'facts', 'data/rseq']);
    const { out } = await log(['export', '--as', 'regzbot']);
    const { commands, unseen } = regzbotCommands(out);
    expect(unseen).toEqual([]);
    expect(commands.every((c) => c.known)).toBe(true);
    const { regressions } = JSON.parse((await log(['culprits', '--format', 'json'])).out) as {
      regressions: { id: string; kind: string }[];
    };
    const told = regressions.filter((r) => r.kind === 'regression');
    expect(new Set(commands.map((c) => c.section)).size).toBe(told.length);
    expect(commands.map((c) => c.command)).toEqual(expect.arrayContaining(['introduced', 'title', 'fix']));
    expect(commands).toContainEqual(
      expect.objectContaining({
        command: 'introduced',
        argument: '39a167560a61f913560ba803a96dbe6c15239f5c',
      }),
    );
    const one = await log(['export', '--as', 'regzbot', '--regression', told[0]!.id]);
    expect(out).toContain(one.out.trimEnd());
    expect((await log(['export', '--regression', told[0]!.id])).status).toBe(2);
  }, 60_000);
});
