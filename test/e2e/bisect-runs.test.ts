import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

const lab = new BisectLab();
let repository: Repository;
/** Commits whose file `n` holds their number. The build is broken from 8 up to 15; 16 mends it. */
const commits: string[] = [];
/** The change that mends the build, alone. */
let mend = '';
const LAST = 24;
const CULPRIT = 11;

beforeAll(() => {
  repository = lab.repository('runs');
  for (let n = 0; n <= LAST; n++) {
    writeFileSync(join(repository.path, 'n'), `${n}\n`);
    if (n === 0 || n === 16) writeFileSync(join(repository.path, 'build'), 'fine\n');
    if (n === 8) writeFileSync(join(repository.path, 'build'), 'broken\n');
    commits.push(repository.commit(`change ${n}`));
  }
  repository.git('checkout', '-q', '-b', 'mend', commits[15]!);
  writeFileSync(join(repository.path, 'build'), 'fine\n');
  mend = repository.commit('mend the build');
  repository.git('checkout', '-q', 'main');
});
afterAll(() => {
  lab.remove();
});

const start = (...args: readonly string[]) => [
  'start',
  '--repo',
  repository.path,
  ...args,
  commits[LAST]!,
  commits[0]!,
];
const pids = join(lab.folder, 'pids');
const numbered = (version: string) => commits.indexOf(version);
const plain = () => lab.script('plain.sh', `[ "$(cat n)" -lt ${CULPRIT} ]`);

describe('a command that cannot say anything', () => {
  it('is found out on a good version where it exits with 126 or 127, as git does', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    const missing = await bisect('run', lab.script('missing.sh', 'no-such-compiler n'));
    expect(missing.status).toBe(3);
    expect(missing.err).toContain('exits with 127');
    const stops = lab.script('stops.sh', `[ "$(cat n)" = 0 ] && exit 255; exit 127`);
    expect((await bisect('run', stops)).err).toContain('unable to verify');
    expect((await standing()).outcomes).toEqual([]);
    const bad = lab.script('127.sh', `[ "$(cat n)" -lt ${CULPRIT} ] || exit 127`);
    expect((await bisect('run', bad)).status).toBe(0);
    expect((await standing()).top[0]!.change).toBe(commits[CULPRIT]);
  });

  it('is found out where versions are only named, too', async () => {
    const { bisect, regline, standing } = lab.session();
    await regline('import', 'facts', 'test/fixtures/pipes');
    await bisect('start', '--over', 'releases', '--good', 'v2.0', '--bad', 'v2.2-rc2');
    const missing = await bisect('run', lab.script('missing.sh', 'no-such-compiler n'));
    expect([missing.status, missing.err]).toEqual([3, expect.stringContaining('exits with 127')]);
    expect((await standing()).outcomes).toEqual([]);
  });

  it('is not begun where it is no program, and ends the search where it asks to', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    expect((await bisect('run', './no-such-program')).status).toBe(2);
    expect((await bisect('run', join(repository.path, 'n'))).err).toContain('not executable');
    expect((await bisect('run', lab.script('128.sh', 'exit 128'))).status).toBe(3);
    expect((await bisect('run', lab.script('killed.sh', 'kill -9 $$'))).status).toBe(3);
    expect((await standing()).outcomes).toEqual([]);
  });

  it('is not waited for where it leaves something running that holds its output, also where it takes too long', async () => {
    const { bisect, standing } = lab.session();
    await bisect('start', '--repo', repository.path, commits[CULPRIT]!, commits[CULPRIT - 2]!);
    // A session of its own: no signal to the command's group reaches it.
    const leaves = lab.script('leaves.sh', `setsid sleep 600 & echo $! >> ${pids}; exec sleep 600`);
    const answer = await bisect('run', '--timeout', '1', leaves);
    for (const pid of readFileSync(pids, 'utf8').trim().split('\n')) process.kill(Number(pid));
    expect(answer.err).toContain('what it left running is not waited for');
    expect((await standing()).top[0]!.change).toBe(commits[CULPRIT - 1]);
  });

  it('is ended where its results leave out what is searched', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start('--test', 'alpha,beta'));
    const silent = lab.script('silent.sh', `echo '{"results": {"alpha": "pass"}}'`);
    const ran = await bisect('run', silent);
    expect(ran.status).toBe(3);
    expect(ran.err).toContain('do not name beta');
    expect((await standing()).outcomes.length).toBeLessThan(10);
  });
});

describe('what a command is given', () => {
  it('is its own words, the version, and no repository of somebody else', async () => {
    const { bisect } = lab.session();
    await bisect(...start());
    const seen = join(lab.folder, 'seen');
    const test = lab.script(
      'words.sh',
      `printf '<%s>' "$@" "\${GIT_DIR-none}" "$(git rev-parse HEAD)" "$REGLINE_VERSION" > ${seen}; exit 0`,
    );
    process.env.GIT_DIR = join(lab.folder, 'nowhere');
    try {
      expect((await bisect('run', '--steps', '1', test, '--', '--log', 'a b', '--bisect-start')).status).toBe(
        1,
      );
    } finally {
      delete process.env.GIT_DIR;
    }
    const [, version] = /<none><([0-9a-f]{40})><\1>$/.exec(readFileSync(seen, 'utf8')) ?? [];
    expect(readFileSync(seen, 'utf8')).toContain('<--><--log><a b><--bisect-start>');
    expect(numbered(version!)).toBeGreaterThan(0);
  });

  it('is what comes after either outcome, to build it ahead', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    const next = JSON.parse((await bisect('next', '--ahead', '--format', 'json')).out) as {
      ahead: { good: { version: string }; bad: { version: string } };
    };
    const seen = join(lab.folder, 'ahead');
    await bisect('run', '--ahead', '--steps', '1', lab.script('ahead.sh', `echo "$REGLINE_AHEAD" > ${seen}`));
    expect(readFileSync(seen, 'utf8').trim().split('\n')).toEqual([
      next.ahead.good.version,
      next.ahead.bad.version,
    ]);
    expect((await standing()).next[0]!.version).toBe(next.ahead.good.version);
  });
});

describe('builds that are broken', () => {
  it('end in the set that cannot be parted, and with a change on top in the culprit', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    const test = lab.script('build.sh', `grep -q broken build && exit 125; [ "$(cat n)" -lt ${CULPRIT} ]`);
    expect((await bisect('run', test)).status).toBe(2);
    const set = (await standing()).top.map((t) => numbered(t.change));
    expect([...set].sort((x, y) => x - y)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16]);
    expect((await bisect('status', '--why', commits[CULPRIT]!)).out).toContain('cherry-pick');
    expect((await bisect('run', '--cherry-pick', mend, test)).status).toBe(0);
    const { top, outcomes } = await standing();
    expect(top[0]!.change).toBe(commits[CULPRIT]);
    const patched = outcomes.filter((o) => o.patches.length > 0);
    expect(patched.map((o) => numbered(o.version)).every((n) => n >= 8 && n < 16)).toBe(true);
    expect(patched[0]!.patches).toEqual([mend]);
    // git is told only of versions as they are.
    for (const line of (await bisect('log', '--git')).out.split('\n'))
      if (/^git bisect (good|bad)/.test(line)) {
        const n = numbered(line.split(' ')[3]!);
        expect(n < 8 || n > 15).toBe(true);
      }
  });
});

describe('several architectures', () => {
  it('are searched at once, each run for the one that it ran on', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start('--test', 't', '--arch', 'x86_64,arm64'));
    expect((await bisect('good', commits[1]!)).status).toBe(2);
    expect((await bisect('good', commits[1]!, '--arch', 'arm64')).status).toBe(0);
    const test = lab.script(
      'archs.sh',
      'limit=20; [ $REGLINE_ARCH = arm64 ] && limit=5; [ "$(cat n)" -lt $limit ]',
    );
    expect((await bisect('run', test)).status).toBe(0);
    const { regressions } = await standing();
    expect(regressions.map((r) => [r.key, numbered(r.top[0]!.change)])).toEqual([
      ['t x86_64', 20],
      ['t arm64', 5],
    ]);
  });
});

describe('two axes', () => {
  it.each([
    [
      'the second',
      '[ "$REGLINE_SECOND" = 2.36 ] || [ "$REGLINE_SECOND" = 2.37 ] && exit 1; exit 0',
      'glibc',
      '2.36',
    ],
    ['the first', '[ "$(cat n)" -lt 5 ]', 'kernel', 5],
  ])('are told apart: the culprit on %s', async (_, body, axis, culprit) => {
    const { bisect, standing } = lab.session();
    const ends = [commits[7]!, commits[0]!];
    const versions = ['--second', 'glibc', '--second-versions', '2.34,2.35,2.36,2.37'];
    await bisect('start', '--repo', repository.path, ...versions, ...ends);
    expect((await bisect('run', lab.script(`${axis}.sh`, body))).status).toBe(0);
    const { top, axes } = await standing();
    expect(top[0]).toMatchObject({ axis, change: typeof culprit === 'number' ? commits[culprit] : culprit });
    expect(axes[0]).toEqual({ axis, p: 1 });
    expect((await bisect('report')).out).toContain(`The culprit lies in ${axis} with 100.0%.`);
    expect((await bisect('good', commits[3]!)).status).toBe(2);
  });

  it('are said to be needed both where neither explains it alone', async () => {
    const { bisect, standing } = lab.session();
    const versions = ['--second', 'glibc', '--second-versions', '2.34,2.35,2.36'];
    const script = lab.script('both.sh', '[ "$(cat n)" -lt 5 ] || [ "$REGLINE_SECOND" = 2.34 ]');
    await bisect('start', '--repo', repository.path, ...versions, commits[7]!, commits[0]!);
    const { out, status } = await bisect('run', script);
    expect(status).toBe(0);
    // Either may be named: both are where it turned.
    const { change, axis } = (await standing()).top[0]!;
    expect([commits[5], '2.35']).toContain(change);
    const pair = axis === 'kernel' ? [change, '2.34'] : [commits[0]!, change];
    const alone = axis === 'kernel' ? 'glibc 2.34' : `kernel ${commits[0]!.slice(0, 12)}`;
    expect(out.replace(/\s+/g, ' ')).toContain(
      `nothing was bad with ${alone}: where ${pair.map((v) => v.slice(0, 12)).join(' x ')} is good, it takes a change of both`,
    );
    await bisect('good', pair.join(' x '));
    // It ends, and says so.
    const { out: both, status: ended } = await bisect('run', script);
    expect(ended).toBe(1);
    expect(both.replace(/\s+/g, ' ')).toContain('explains it alone');
  });
});

describe('a run that is killed', () => {
  const spawned = (db: string, ...args: readonly string[]) =>
    spawn(process.execPath, [resolve('dist/cli/main.js'), '--db', db, 'bisect', 'run', ...args], {
      stdio: 'ignore',
    });

  it('leaves its place locked to nobody, and its command is ended by whoever comes after', async () => {
    const { db, bisect, standing } = lab.session();
    await bisect(...start());
    const ran = join(lab.folder, 'ran');
    const slow = lab.script('slow.sh', `echo $$ >> ${ran}; sleep 600`);
    const child = spawned(db, slow);
    while (!existsSync(ran)) await new Promise((done) => setTimeout(done, 20));
    const other = await bisect('run', plain());
    expect(other).toMatchObject({ status: 4 });
    expect(other.err).toContain("works in this session's worktree");
    expect((await bisect('reset')).status).toBe(4);
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
    const orphan = Number(readFileSync(ran, 'utf8'));
    expect(spawnSync('kill', ['-0', String(orphan)]).status).toBe(0);
    expect((await bisect('run', plain())).status).toBe(0);
    const state = existsSync(`/proc/${orphan}/stat`) ? readFileSync(`/proc/${orphan}/stat`, 'utf8') : 'Z';
    expect(state).toMatch(/Z/);
    expect((await standing()).top[0]!.change).toBe(commits[CULPRIT]);
  });

  it('does not lose what was said and not yet recorded, nor count it twice', async () => {
    const { db, bisect, standing } = lab.session();
    await bisect(...start());
    await bisect('run', '--steps', '1', plain());
    const { session } = await standing();
    const folder = join(`${db}.bisect`, session);
    const pending = (step: number, version: string) => ({
      at: '2026-11-01T00:00:00.000Z',
      by: 'lab',
      events: [
        {
          type: 'BisectOutcomeRecorded',
          stream: `bisect/${session}/${step}.0/2026-11-01T00:00:00.000Z`,
          knownAt: '2026-11-01T00:00:00.000Z',
          source: 'lab',
          locator: 'regline bisect good',
          payload: {
            confidence: 'verified',
            rev: 1,
            session,
            by: 'lab',
            step,
            version,
            outcome: 'good',
          },
        },
      ],
    });
    for (let twice = 0; twice < 2; twice++) {
      writeFileSync(join(folder, 'pending.json'), JSON.stringify(pending(2, commits[3]!)));
      await bisect('run', '--steps', '1', plain());
    }
    const versions = (await standing()).outcomes.map((o) => numbered(o.version));
    expect(versions.filter((n) => n === 3)).toHaveLength(1);
    expect(existsSync(join(folder, 'pending.json'))).toBe(false);
    // Verbs by hand come after it, and what is taken back is the last of it all.
    const told = async (last: number) =>
      (await standing()).outcomes.slice(-last).map((o) => [o.step, numbered(o.version)]);
    const next = (await standing()).outcomes.at(-1)!.step + 1;
    writeFileSync(join(folder, 'pending.json'), JSON.stringify(pending(next, commits[2]!)));
    await bisect('good', commits[4]!);
    expect(await told(2)).toEqual([
      [next, 2],
      [next + 1, 4],
    ]);
    await bisect('undo');
    expect(await told(1)).toEqual([[next, 2]]);
    writeFileSync(join(folder, 'pending.json'), JSON.stringify(pending(next + 1, commits[4]!)));
    await bisect('reset');
    // The one that was told by hand and taken back, and this one.
    const lines = (await lab.regline(db, 'export')).out.split('\n');
    expect(lines.filter((l) => l.includes('BisectOutcomeRecorded') && l.includes(commits[4]!))).toHaveLength(
      2,
    );
  });

  it('leaves files that a machine lost: they are named, and nothing is taken for granted', async () => {
    const { db, bisect, standing } = lab.session();
    await bisect(...start());
    const { session } = await standing();
    for (const name of ['pending.json', 'place.json']) {
      const file = join(`${db}.bisect`, session, name);
      const before = existsSync(file) ? readFileSync(file, 'utf8') : null;
      writeFileSync(file, '');
      const { status, err } = await bisect('run', '--steps', '1', plain());
      expect([status, err], name).toEqual([4, expect.stringContaining(`${file} cannot be read`)]);
      if (before === null) rmSync(file);
      else writeFileSync(file, before);
    }
    expect((await bisect('run', '--steps', '1', plain())).status).toBe(1);
  });

  it('leaves a worktree that is mended: half made, locked, or fallen into another checkout', async () => {
    const { db, bisect, standing } = lab.session();
    await bisect(...start());
    const { session } = await standing();
    const tree = join(`${db}.bisect`, session, 'tree');
    mkdirSync(tree, { recursive: true });
    writeFileSync(join(tree, 'half'), '');
    await bisect('run', '--steps', '1', plain());
    const lock = repository.git(
      '-C',
      tree,
      'rev-parse',
      '--path-format=absolute',
      '--git-path',
      'index.lock',
    );
    writeFileSync(lock, '');
    writeFileSync(join(tree, 'n'), 'changed by a test\n');
    await bisect('run', '--steps', '1', plain());
    rmSync(tree, { recursive: true });
    expect((await bisect('run', plain())).status).toBe(0);
    expect((await standing()).top[0]!.change).toBe(commits[CULPRIT]);
    expect(readdirSync(join(`${db}.bisect`, session, 'runs')).every((name) => name.endsWith('.log'))).toBe(
      true,
    );
    await bisect('reset');
    expect(existsSync(tree)).toBe(false);
  });

  it('never touches the checkout that its folder lies in', async () => {
    const inside = join(repository.path, 'log.db');
    const bisect = (...args: readonly string[]) => lab.regline(inside, 'bisect', ...args);
    await bisect(...start());
    const { session } = JSON.parse((await bisect('status', '--format', 'json')).out) as { session: string };
    // An empty folder there belongs to the user's checkout, as git sees it.
    mkdirSync(join(`${inside}.bisect`, session, 'tree'), { recursive: true });
    await bisect('run', '--steps', '2', plain());
    expect(repository.branch()).toBe('main');
    expect(repository.head()).toBe(commits[LAST]);
    await bisect('reset');
    for (const name of readdirSync(repository.path))
      if (name.startsWith('log.db')) rmSync(join(repository.path, name), { recursive: true });
  });
});
