import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
let repository: string;
/** Commits by the number that their file `n` holds. */
const commits: string[] = [];
const CULPRIT = 23;

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', repository, ...args], {
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  }).trim();
}

function commit(n: number): void {
  writeFileSync(join(repository, 'n'), `${n}\n`);
  git('add', 'n');
  git(
    '-c',
    'user.name=A',
    '-c',
    'user.email=a@example.org',
    'commit',
    '-q',
    '--date',
    `2026-01-01T00:${String(n).padStart(2, '0')}:00Z`,
    '-m',
    `change ${n}`,
  );
  commits[n] = git('rev-parse', 'HEAD');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-bisect-'));
  repository = join(folder, 'repo');
  mkdirSync(repository);
  git('init', '-q', '-b', 'main');
  for (let n = 0; n <= 40; n++) commit(n);
  git('tag', 'v1.0', commits[0]!);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let logs = 0;
/** A log of its own, and the command on it. */
function fresh() {
  const db = join(folder, `${logs++}.db`);
  return (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['dist/cli/main.js', '--db', db, ...args],
      {
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '1', COLUMNS: '100' },
      },
    );
    return { status, stdout, stderr, db };
  };
}
type Run = ReturnType<typeof fresh>;

interface BisectJson {
  readonly schema: string;
  readonly session: string;
  readonly state: string;
  readonly next: readonly { readonly version: string; readonly commit: string | null }[];
  readonly suspects: number;
  readonly top: readonly { readonly change: string; readonly p: number }[];
  readonly outcomes: readonly { readonly version: string; readonly outcome: string }[];
}
function status(run: Run): BisectJson {
  const { stdout, stderr } = run('bisect', 'status', '--format', 'json');
  expect(stderr).toBe('');
  return JSON.parse(stdout) as BisectJson;
}

function script(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('a search in a clone', () => {
  it('runs a script to the planted culprit, in a worktree of its own', () => {
    const run = fresh();
    const before = git('status', '--porcelain', '--branch');
    expect(run('bisect', 'start', '--repo', repository, 'main', 'v1.0').status).toBe(0);
    const done = run('bisect', 'run', script('test.sh', `[ "$(cat n)" -lt ${CULPRIT} ]`));
    expect(done.stderr).toContain('suspects');
    expect(done.status).toBe(0);
    expect(status(run)).toMatchObject({
      state: 'concluded',
      suspects: 1,
      top: [{ change: commits[CULPRIT] }],
      next: [],
    });
    expect(git('status', '--porcelain', '--branch')).toBe(before);
    const report = run('bisect', 'report').stdout;
    expect(report).toContain(`#regzbot introduced: ${commits[CULPRIT]!}`);
    expect(report).toContain('change 23');
    expect(run('verify').status).toBe(0);
    expect(run('bisect', 'reset').status).toBe(0);
    expect(git('worktree', 'list').split('\n')).toHaveLength(1);
  });

  it('picks what git bisect picks with --chooser git', () => {
    const run = fresh();
    run('bisect', 'start', '--repo', repository, '--chooser', 'git', 'main', 'v1.0');
    run('bisect', 'run', script('test2.sh', `[ "$(cat n)" -lt ${CULPRIT} ]`));
    const ours = status(run).outcomes.map((o) => o.version);
    const clone = join(folder, 'clone');
    execFileSync('git', ['clone', '-q', repository, clone]);
    const seen = join(folder, 'seen');
    execFileSync('git', ['-C', clone, 'bisect', 'start', 'main', 'v1.0'], { encoding: 'utf8' });
    execFileSync(
      'git',
      [
        '-C',
        clone,
        'bisect',
        'run',
        'sh',
        '-c',
        `git rev-parse HEAD >> ${seen}; [ "$(cat n)" -lt ${CULPRIT} ]`,
      ],
      { encoding: 'utf8' },
    );
    expect(ours).toEqual(readFileSync(seen, 'utf8').trim().split('\n'));
  });

  it('writes a log that git bisect replay takes, and reads one that git wrote', () => {
    const run = fresh();
    run('bisect', 'start', '--repo', repository, 'main', 'v1.0');
    run('bisect', 'good', commits[10]!);
    run('bisect', 'bad', commits[30]!);
    const log = join(folder, 'bisect.log');
    writeFileSync(log, run('bisect', 'log', '--git').stdout);
    const clone = join(folder, 'clone-replay');
    execFileSync('git', ['clone', '-q', repository, clone]);
    execFileSync('git', ['-C', clone, 'bisect', 'replay', log], { encoding: 'utf8' });
    const left = execFileSync(
      'git',
      ['-C', clone, 'rev-list', 'refs/bisect/bad', '--not', ...[commits[10]!]],
      { encoding: 'utf8' },
    )
      .trim()
      .split('\n');
    expect(left).toHaveLength(20);
    const theirs = execFileSync('git', ['-C', clone, 'bisect', 'log'], { encoding: 'utf8' });
    const crlf = join(folder, 'theirs.log');
    writeFileSync(crlf, `${theirs.replaceAll('\n', '\r\n')}# first 'bad' commit: [${commits[20]!}] x\r\n`);
    const again = fresh();
    expect(again('bisect', 'replay', crlf, '--repo', repository).stderr).toBe('');
    expect(status(again)).toMatchObject({ suspects: 20 });
    writeFileSync(crlf, 'git bisect start\nrm -rf /\n');
    expect(again('bisect', 'replay', crlf, '--repo', repository)).toMatchObject({ status: 3 });
  });

  it('takes a skip of a range, and undoes exactly', () => {
    const run = fresh();
    run('bisect', 'start', '--repo', repository, 'main', 'v1.0');
    const before = status(run);
    run('bisect', 'skip', `${commits[15]!}..${commits[25]!}`);
    const skipped = status(run);
    expect(skipped.outcomes).toHaveLength(10);
    expect(skipped.outcomes.map((o) => o.version)).not.toContain(skipped.next[0]!.version);
    run('bisect', 'undo');
    expect({ ...status(run), revision: 0 }).toEqual({ ...before, revision: 0 });
    expect(run('bisect', 'undo').status).toBe(2);
  });

  it('answers for several regressions at once, each with its own culprit', () => {
    const run = fresh();
    run('bisect', 'start', '--repo', repository, '--test', 'alpha,beta', 'main', 'v1.0');
    const both = script(
      'both.sh',
      'n=$(cat n); a=pass; b=pass; [ $n -ge 7 ] && a=fail; [ $n -ge 31 ] && b=fail; echo "{\\"results\\": {\\"alpha\\": \\"$a\\", \\"beta\\": \\"$b\\"}}"',
    );
    expect(run('bisect', 'run', both).status).toBe(0);
    const { regressions } = JSON.parse(run('bisect', 'status', '--format', 'json').stdout) as {
      regressions: { key: string; top: { change: string }[] }[];
    };
    expect(regressions.map((r) => [r.key, r.top[0]!.change])).toEqual([
      ['alpha', commits[7]],
      ['beta', commits[31]],
    ]);
  });

  it('reads KTAP from the script, and stops where it asks to', () => {
    const run = fresh();
    run('bisect', 'start', '--repo', repository, '--test', 'rt.alpha', 'main', 'v1.0');
    const ktap = script(
      'ktap.sh',
      `echo "TAP version 13"; echo "1..1"; if [ "$(cat n)" -lt 5 ]; then echo "ok 1 selftests: rt: alpha"; else echo "not ok 1 selftests: rt: alpha # exit=1"; fi; exit 1`,
    );
    expect(run('bisect', 'run', ktap).status).toBe(0);
    expect(status(run).top[0]!.change).toBe(commits[5]);
    const other = fresh();
    other('bisect', 'start', '--repo', repository, 'main', 'v1.0');
    expect(other('bisect', 'run', script('stop.sh', 'exit 200'))).toMatchObject({ status: 3 });
    expect(status(other).outcomes).toEqual([]);
    expect(other('bisect', 'run', './no-such-program').status).toBe(2);
  });

  it('gives up a run that takes too long, and calls it bad', () => {
    const run = fresh();
    run('bisect', 'start', '--repo', repository, commits[2]!, 'v1.0');
    expect(
      run('bisect', 'run', '--timeout', '4', script('slow.sh', '[ "$(cat n)" -lt 2 ] || sleep 60')).status,
    ).toBe(0);
    expect(status(run).top[0]!.change).toBe(commits[2]);
  });

  it('loses nothing when it is killed in the middle of a run', async () => {
    const run = fresh();
    run('bisect', 'start', '--repo', repository, 'main', 'v1.0');
    const { db } = run('bisect', 'status');
    const slow = script(
      'slowish.sh',
      `echo x >> ${join(folder, 'ran')}; [ "$(wc -l < ${join(folder, 'ran')})" -gt 2 ] && sleep 30; [ "$(cat n)" -lt ${CULPRIT} ]`,
    );
    const child = spawn(process.execPath, [resolve('dist/cli/main.js'), '--db', db, 'bisect', 'run', slow]);
    await new Promise<void>((done) => {
      const look = setInterval(() => {
        if (existsSync(join(folder, 'ran')) && readFileSync(join(folder, 'ran'), 'utf8').length >= 6) {
          clearInterval(look);
          child.kill('SIGKILL');
          done();
        }
      }, 20);
    });
    expect(run('verify').status).toBe(0);
    expect(status(run).outcomes).toHaveLength(2);
    expect(run('bisect', 'run', script('test3.sh', `[ "$(cat n)" -lt ${CULPRIT} ]`)).status).toBe(0);
    expect(status(run).top[0]!.change).toBe(commits[CULPRIT]);
  });

  it('does nothing for hostile revisions', () => {
    const run = fresh();
    run('bisect', 'start', '--repo', repository, 'main', 'v1.0');
    for (const word of ['--upload-pack=touch x', '-h', '$(touch x)', 'a;b', '\u001b[2J'])
      expect(run('bisect', 'good', '--', word).status, word).toBe(2);
    expect(status(run).outcomes).toEqual([]);
    expect(run('bisect', 'good', '\u001b[2J').stderr).not.toContain('\u001b');
    expect(run('bisect', 'start', '--repo', join(folder, 'nowhere'), 'a', 'b').status).toBe(2);
  });
});

describe('a search without a clone', () => {
  it('begins with what the log knows, and what it finds is evidence', () => {
    const run = fresh();
    run('import', 'facts', 'data/rseq');
    expect(run('bisect', 'start', '--consumer', 'tcmalloc', '--arch', 'x86_64').status).toBe(0);
    const first = status(run);
    expect(first).toMatchObject({ schema: 'regline.bisect/1', state: 'running' });
    expect(first.top[0]!.change).toMatch(/^39a167560a61/);
    const says = () => run('culprits', '--consumer', 'tcmalloc', '--format', 'json').stdout;
    run('bisect', 'good', 'e2d4f4227115');
    run('bisect', 'bad', '39a167560a61');
    expect(status(run)).toMatchObject({ state: 'concluded', suspects: 1 });
    expect(says()).toContain(`session ${first.session}`);
    run('bisect', 'undo');
    expect(status(run)).toMatchObject({ state: 'running' });
    expect(says()).not.toContain(`session ${first.session}`);
  });

  it('answers tables where a version is a release, until it is undone', () => {
    const run = fresh();
    run('import', 'facts', 'data/rseq');
    const cell = () => {
      const { stdout } = run(
        'table',
        '--consumers',
        'tcmalloc',
        '--archs',
        'x86_64',
        '--releases',
        'v6.14',
        '--format',
        'json',
      );
      return (JSON.parse(stdout) as { cells: { status: string; basis: string }[] }).cells[0];
    };
    expect(cell()).toMatchObject({ status: 'works', basis: 'predicted' });
    run(
      'bisect',
      'start',
      '--over',
      'releases',
      '--consumer',
      'tcmalloc',
      '--arch',
      'x86_64',
      '--good',
      'v6.12',
      '--bad',
      'v6.19',
    );
    run('bisect', 'bad', 'v6.14');
    expect(cell()).toMatchObject({ status: 'broken', basis: 'tested' });
    run('bisect', 'undo');
    expect(cell()).toMatchObject({ status: 'works', basis: 'predicted' });
  });

  it('says what is missing', () => {
    const run = fresh();
    expect(run('bisect', 'start').status).toBe(4);
    run('init');
    expect(run('bisect', 'start')).toMatchObject({ status: 2 });
    expect(run('bisect', 'status').stderr).toContain('bisect start');
    expect(run('bisect', 'start', '--consumer', 'nobody', '--arch', 'x86_64').status).toBe(2);
  });
});
