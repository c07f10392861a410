import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository, type Standing } from '../support/bisect-lab.ts';

/**
 * The habits of git bisect: what its own tests ask of it, asked of regline. The history is
 *
 *     H1-H2-H3-H4-H5-H6-H7
 *                \  \     \
 *                 S5-A     \
 *                  \        \
 *                   S6-S7----B
 */
const lab = new BisectLab();
let repository: Repository;
const h: string[] = [''];
const s: string[] = [];
let a = '';
let b = '';

beforeAll(() => {
  repository = lab.repository('habits');
  for (const line of [
    'Hello World',
    'A new day',
    'Another new day',
    'Ciao',
    'Another line',
    'Yet a line',
    'Last',
  ])
    h.push(repository.add(line, 'hello'));
  repository.git('checkout', '-q', '-b', 'side', h[4]!);
  for (const n of [5, 6, 7]) s[n] = repository.add(`side ${n}`, 'hello2');
  repository.git('checkout', '-q', s[5]!);
  a = repository.merge(h[5]!);
  repository.git('checkout', '-q', 'side');
  b = repository.merge(h[7]!);
  repository.git('checkout', '-q', 'main');
});
afterAll(() => {
  lab.remove();
});

const start = (...args: readonly string[]) => ['start', '--repo', repository.path, ...args];

describe('what git does and regline does not', () => {
  const main = join(process.cwd(), 'dist/cli/main.js');

  it('is said where somebody begins in a clone, as one does with git', () => {
    const begun = (cwd: string) =>
      spawnSync(process.execPath, [main, 'bisect', 'start'], {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, REGLINE_DB: join(lab.folder, 'none.db') },
      });
    const { status, stderr } = begun(repository.path);
    expect(status).toBe(4);
    expect(stderr).toContain('regline bisect start --repo . BAD GOOD… searches the commits of this clone');
    expect(begun(lab.folder).stderr).not.toContain('--repo');
  });

  it('is not a clone that has to be named twice: --here is of the one where somebody is', () => {
    repository.git('checkout', '-q', 'main');
    const bisect = (...args: readonly string[]) =>
      spawnSync(process.execPath, [main, 'bisect', ...args], {
        cwd: repository.path,
        encoding: 'utf8',
        env: { ...process.env, REGLINE_DB: join(lab.folder, 'here.db') },
      });
    expect(bisect('start', '--here', '--chooser', 'git', h[4]!, h[1]!)).toMatchObject({ status: 0 });
    expect(repository.head()).toBe(h[3]);
    expect(bisect('reset').status).toBe(0);
    expect(repository.branch()).toBe('main');
  });

  it('is said of a viewer', async () => {
    const { bisect } = lab.session();
    for (const [verb, option] of [
      ['view', '--stat'],
      ['visualize', '--oneline'],
    ] as const) {
      const { status, err } = await bisect(verb, option);
      expect(status).toBe(2);
      expect(err).toContain('starts no viewer');
    }
  });

  it.each(['git rev-list BISECT_HEAD', 'git for-each-ref "refs/bisect/good-*"'])(
    'is said of a command for it, which would fail at every version: %s',
    async (command) => {
      const { bisect, standing } = lab.session();
      await bisect(...start('--no-checkout', h[7]!, h[1]!));
      const { status, err } = await bisect('run', 'sh', '-c', command);
      expect(status).toBe(2);
      expect(err).toContain('REGLINE_COMMIT');
      expect((await standing()).outcomes).toEqual([]);
    },
  );
});

describe('options', () => {
  it('may stand before the verb, and a command keeps its own', async () => {
    const { bisect } = lab.session();
    await bisect(...start('--no-checkout', h[7]!, h[1]!));
    const { status, err } = await bisect('--format', 'text', 'run', '--steps', '1', 'sh', '-c', 'exit 1');
    expect(err).toContain('exit 1');
    expect(status).toBe(1);
  });
});

describe('the ends of a search', () => {
  it('are no tests', async () => {
    const { bisect } = lab.session();
    await bisect(...start(), h[4]!, h[1]!);
    expect((await bisect('log')).out).toBe('nothing was tested yet\n');
  });

  it('may come one by one, and the search says what it waits for', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    expect((await standing()).waiting).toBe("waiting for both 'good' and 'bad' versions");
    expect((await bisect('next')).status).toBe(1);
    await bisect('good', h[1]!);
    expect(await standing()).toMatchObject({
      waiting: "waiting for a 'bad' version, 1 'good' version known",
      next: [],
    });
    expect((await bisect('log')).out).toContain("waiting for a 'bad' version");
    expect((await bisect('run', 'true')).status).toBe(2);
    await bisect('bad', h[4]!);
    expect(await standing()).toMatchObject({ waiting: null, good: [h[1]], bad: [h[4]], suspects: 3 });
    await bisect('undo');
    expect((await standing()).waiting).toContain("waiting for a 'bad'");
  });

  it('are enough with a bad one alone', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    await bisect('bad', h[4]!);
    expect((await bisect('next')).status).toBe(0);
    expect((await standing()).suspects).toBe(4);
  });

  it('are named where a later word makes one of them both good and bad', async () => {
    const { bisect } = lab.session();
    await bisect(...start('--chooser', 'git', h[6]!, h[3]!));
    const { status, out } = await bisect('bad', h[3]!);
    expect(status).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toContain(`${h[3]!.slice(0, 12)} is both good and bad: a good version`);
  });

  it('are refused when they are mistaken for one another, and nothing is recorded', async () => {
    const { bisect, standing } = lab.session();
    expect(await bisect(...start(h[2]!, h[4]!))).toMatchObject({ status: 2 });
    expect(await bisect(...start(h[4]!, h[4]!))).toMatchObject({ status: 2 });
    expect((await bisect('status')).status).toBe(2);
    await bisect(...start());
    await bisect('good', h[4]!);
    expect((await bisect('bad', h[2]!)).status).toBe(2);
    expect(await standing()).toMatchObject({ good: [h[4]], bad: [] });
  });

  it('are all there or none is taken', async () => {
    const { bisect, standing } = lab.session();
    expect((await bisect(...start('foo', h[1]!, '--'))).status).toBe(2);
    expect((await bisect(...start(h[4]!, h[1]!, 'bar', '--'))).status).toBe(2);
    await bisect(...start());
    for (const words of [
      ['good', 'foo', h[1]!],
      ['good', h[1]!, 'bar'],
      ['bad', 'frotz'],
      ['skip', h[1]!, 'foo'],
    ])
      expect((await bisect(...words)).status, words.join(' ')).toBe(2);
    expect((await standing()).outcomes).toEqual([]);
  });
});

describe('words', () => {
  it('are old and new, or good and bad, and never mixed', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start('--chooser', 'git'));
    await bisect('old', h[1]!);
    expect((await bisect('bad', h[4]!)).status).toBe(2);
    await bisect('new', h[4]!);
    await bisect('new');
    await bisect('new');
    expect(await standing()).toMatchObject({ state: 'concluded', top: [{ change: h[2] }] });
    expect((await bisect('log', '--git')).out).toContain(`git bisect new ${h[3]!}`);
  });

  it('can be chosen, as far as git lets them', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start('--chooser', 'git', '--term-old', 'term2', '--term-new=term1', h[4]!, h[1]!));
    for (const word of ['a', 'bad', 'good', 'new', 'old']) expect((await bisect(word)).status).toBe(2);
    await bisect('term1');
    expect((await standing()).outcomes).toMatchObject([{ version: h[3], outcome: 'bad' }]);
    expect((await bisect('terms', '--term-good')).out).toBe('term2\n');
    for (const terms of [
      ['--term-good', 'invalid..term'],
      ['--term-good', 'bad'],
      ['--term-bad', 'old'],
      ['--term-good', 'skip'],
      ['--term-good', 'x', '--term-bad', 'x'],
    ])
      expect((await bisect(...start(...terms))).status, terms.join(' ')).toBe(2);
  });
});

describe('skips', () => {
  it.each(['git', 'information'])(
    'that leave only what cannot be tested end with 2 (%s)',
    async (chooser) => {
      const { bisect, standing } = lab.session();
      await bisect(...start('--chooser', chooser, h[4]!, h[1]!));
      expect((await bisect('skip')).status).toBe(0);
      expect((await bisect('skip')).status).toBe(2);
      const { state, top } = await standing();
      expect(state).toBe('suspects');
      expect(top.map((t) => t.change).sort()).toEqual([h[2], h[3], h[4]].sort());
      expect((await bisect('log', '--git')).out).toContain('# only skipped commits left to test');
    },
  );

  it.each(['git', 'information'])('of ranges, with open ends too (%s)', async (chooser) => {
    const { bisect, standing } = lab.session();
    await bisect(...start('--chooser', chooser, h[7]!, h[1]!));
    expect((await standing()).next[0]!.version).toBe(h[4]);
    await bisect('skip', h[2]!, `${h[2]!}..`, `..${h[5]!}`);
    expect((await standing()).next[0]!.version).toBe(h[6]);
    expect((await bisect('bad')).status).toBe(2);
  });

  it('of all but a few, as a list, leave those to be tested: a choice tells nothing of builds', async () => {
    const { repository, commits } = lab.mainline('chosen', 24, 'lines');
    const chosen = commits.slice(1, 23).filter((_, n) => n !== 11);
    for (const early of [true, false]) {
      const { bisect, standing } = lab.session();
      await bisect('start', '--repo', repository.path);
      if (early) await bisect('skip', ...chosen);
      await bisect('good', commits[0]!);
      await bisect('bad', commits[23]!);
      if (!early) expect((await bisect('skip', ...chosen)).status).toBe(0);
      expect((await standing()).next[0]!.version).toBe(commits[12]);
      expect((await bisect('bad')).status).toBe(2);
      expect((await standing()).suspects).toBe(12);
    }
    // Who says that the builds broke gives evidence of what lies between.
    for (const named of [chosen, [`${commits[0]!}..${commits[11]!}`, `${commits[12]!}..${commits[22]!}`]]) {
      const { bisect, standing } = lab.session();
      await bisect('start', '--repo', repository.path, commits[23]!, commits[0]!);
      expect((await bisect('skip', ...named, '--reason', 'build')).out).toContain('too many around');
      expect((await standing()).suspects).toBe(23);
    }
  });

  it('leave suspects that the log for git names, all of them and the youngest first', async () => {
    const { repository, commits } = lab.mainline('skipped', 27, 'lines');
    const { bisect } = lab.session();
    await bisect('start', '--chooser', 'git', '--repo', repository.path, commits[26]!, commits[0]!);
    expect((await bisect('skip', `${commits[0]!}..${commits[25]!}`)).status).toBe(2);
    const named = (await bisect('log', '--git')).out.matchAll(/possible first 'bad' commit: \[(\w+)\]/g);
    expect(Array.from(named, ([, commit]) => commit)).toEqual(commits.slice(1).reverse());
  });

  it('of one version still find the culprit behind it', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start(h[7]!, h[1]!));
    const test = lab.script('skips.sh', 'tail -1 hello | grep -q Ciao && exit 125; ! grep -q Yet hello');
    expect((await bisect('run', test)).status).toBe(0);
    expect((await standing()).top[0]!.change).toBe(h[6]);
  });
});

describe('a good end beside the bad one', () => {
  it.each(['git', 'information'])('has its merge base tested first (%s)', async (chooser) => {
    const { bisect, standing } = lab.session();
    await bisect(...start('--chooser', chooser, h[7]!, s[7]!));
    expect(await standing()).toMatchObject({ next: [{ version: h[4], purpose: 'merge-base' }] });
    await bisect('good');
    expect((await standing()).next[0]!.version).toBe(h[6]);
    await bisect('bad');
    expect((await bisect('good', a)).status).toBe(0);
    // git did not ask for that one, and looks once more whether the bad end contains all good ones.
    expect(await standing()).toMatchObject(
      chooser === 'git'
        ? { next: [{ version: h[5], purpose: 'merge-base' }] }
        : { state: 'concluded', top: [{ change: h[6] }] },
    );
  });

  it('has each of several merge bases tested', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start(b, a));
    const bases = [(await standing()).next[0]!.version];
    await bisect('good');
    bases.push((await standing()).next[0]!.version);
    expect(bases.sort()).toEqual([h[5], s[5]].sort());
  });

  it('was fixed, where the merge base is bad: said with 1, and which search goes on', async () => {
    const git = lab.session();
    await git.bisect(...start('--chooser', 'git', h[7]!, s[7]!));
    expect((await git.bisect('bad')).status).toBe(1);
    const { bisect, standing } = lab.session();
    await bisect(...start(h[7]!, s[7]!));
    const test = lab.script('fixed-on-side.sh', '[ -f hello2 ]');
    expect((await bisect('run', test)).status).toBe(1);
    const { state, stateChanges } = await standing();
    expect(state).toBe('contradiction');
    expect(stateChanges[0]!.changes).toMatchObject([{ kind: 'fixed', from: h[4], to: s[7] }]);
    expect((await bisect('status')).out.replaceAll(/\s+/g, ' ')).toContain('--fixed --good');
  });
});

describe('history that breaks and is fixed', () => {
  it('is told as turns, once both outcomes are confirmed', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start(h[7]!, h[1]!));
    await bisect('bad', h[3]!);
    await bisect('good', h[5]!);
    expect(await standing()).toMatchObject({ state: 'running', next: [{ purpose: 'test-again' }] });
    await bisect('bad', h[3]!);
    const told = await bisect('good', h[5]!, '--format', 'json');
    expect(told.status).toBe(1);
    const { stateChanges } = JSON.parse(told.out) as Standing;
    expect(stateChanges[0]!.changes.map((c) => [c.kind, c.from, c.to])).toEqual([
      ['broke', h[1], h[3]],
      ['fixed', h[3], h[5]],
      ['broke', h[5], h[7]],
    ]);
  });

  it('has its fix searched with --fixed: words and a test that works there agree', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start('--fixed', h[7]!, h[1]!));
    await bisect('unfixed', h[3]!);
    await bisect('fixed', h[6]!);
    expect((await standing()).suspects).toBe(3);
    expect((await bisect('run', lab.script('fixed.sh', 'grep -q Yet hello'))).status).toBe(0);
    expect((await standing()).top[0]!.change).toBe(h[6]);
    const report = (await bisect('report')).out;
    expect(report).toContain(`#regzbot fix: ${h[6]!}`);
    expect(report).toContain(`git cherry-pick ${h[6]!.slice(0, 12)}`);
    // A fix whose build is that of its parent fixed nothing.
    expect(report.replaceAll(/\s+/g, ' ')).toContain("does its build differ from its parent's");
  });
});

describe('the checkout of the user', () => {
  it('is lent with --here, follows, and comes back with reset, to another commit too', async () => {
    const { bisect } = lab.session();
    repository.git('checkout', '-q', 'side');
    await bisect(...start('--here', '--chooser', 'git', h[4]!, h[1]!));
    expect(repository.head()).toBe(h[3]);
    await bisect('bad', 'HEAD');
    expect(repository.head()).toBe(h[2]);
    expect((await bisect('reset')).status).toBe(0);
    expect(repository.branch()).toBe('side');
    expect((await bisect('reset')).status).toBe(0);
    await bisect(...start('--here', '--chooser', 'git', h[4]!, h[1]!));
    await bisect('reset', h[6]!);
    expect(repository.head()).toBe(h[6]);
    repository.git('checkout', '-q', 'main');
  });

  it('keeps its changes: a search here is refused, one in a worktree runs', async () => {
    const { bisect, standing } = lab.session();
    writeFileSync(join(repository.path, 'hello'), 'mine\n');
    expect((await bisect(...start('--here', '--chooser', 'git', h[4]!, h[1]!))).status).toBe(2);
    expect((await bisect('status')).status).toBe(2);
    await bisect(...start(h[4]!, h[1]!));
    // What a test does to tracked files is its own affair.
    const test = lab.script('messy.sh', 'grep -q Another hello; bad=$?; echo junk > hello; [ $bad = 1 ]');
    expect((await bisect('run', test)).status).toBe(0);
    expect((await standing()).top[0]!.change).toBe(h[3]);
    expect(readFileSync(join(repository.path, 'hello'), 'utf8')).toBe('mine\n');
    repository.git('checkout', '-q', '--', 'hello');
  });

  it('may have a git bisect of its own under way, and may be bare', async () => {
    repository.git('bisect', 'start', h[7]!, h[1]!);
    const theirs = () => [
      repository.git('for-each-ref', 'refs/bisect'),
      repository.head(),
      readFileSync(join(repository.path, '.git/BISECT_LOG'), 'utf8'),
    ];
    const before = theirs();
    const test = lab.script('plain.sh', '! grep -q Another hello');
    const bare = join(lab.folder, 'bare.git');
    execFileSync('git', ['clone', '-q', '--bare', repository.path, bare]);
    for (const path of [repository.path, bare]) {
      const { bisect, standing } = lab.session();
      await bisect('start', '--repo', path, h[4]!, h[1]!);
      expect((await bisect('run', test)).status).toBe(0);
      expect((await standing()).top[0]!.change).toBe(h[3]);
      await bisect('reset');
    }
    expect(theirs()).toEqual(before);
    repository.git('bisect', 'reset');
    expect(execFileSync('git', ['-C', bare, 'worktree', 'list'], { encoding: 'utf8' }).trim()).toMatch(
      /bare\)$/,
    );
  });
});

describe('git as the judge', () => {
  it('replays our log to our suspects, and we its log to its culprit', async () => {
    const { bisect } = lab.session();
    await bisect(...start('--term-new', 'slow', '--term-old', 'fast', h[7]!, h[1]!));
    await bisect('slow', h[6]!);
    await bisect('skip', h[4]!);
    await bisect('fast', h[2]!);
    const log = join(lab.folder, 'ours.log');
    writeFileSync(log, (await bisect('log', '--git')).out);
    const clone = join(lab.folder, 'judge');
    execFileSync('git', ['clone', '-q', repository.path, clone]);
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-C', clone, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    git('bisect', 'replay', log);
    expect(git('rev-parse', 'refs/bisect/slow').trim()).toBe(h[6]);
    git('bisect', 'slow', h[5]!);
    git('bisect', 'slow', h[3]!);
    const theirs = join(lab.folder, 'theirs.log');
    writeFileSync(theirs, git('bisect', 'log').replaceAll('\n', '\r\n'));
    const again = lab.session();
    expect((await again.bisect('replay', theirs, '--repo', repository.path)).status).toBe(0);
    expect(await again.standing()).toMatchObject({ state: 'concluded', top: [{ change: h[3] }] });
  });

  it('would write the same log, and its later options are no revisions', async () => {
    const clone = join(lab.folder, 'writer');
    execFileSync('git', ['clone', '-q', repository.path, clone]);
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-C', clone, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    git('bisect', 'start', h[7]!, h[1]!, '--', "it's!", 'hello');
    const { bisect, standing } = lab.session();
    await bisect(...start('--paths-only', '--chooser', 'git', h[7]!, h[1]!, '--', "it's!", 'hello'));
    const commands = (text: string) => text.split('\n').filter((line) => line.startsWith('git bisect'));
    const theirs = git('bisect', 'log');
    expect(commands((await bisect('log', '--git')).out)).toEqual(commands(theirs));
    const log = join(lab.folder, 'later.log');
    writeFileSync(log, theirs.replace('start ', "start '--reset-when-found=found' '--no-checkout' "));
    expect((await bisect('replay', log, '--repo', repository.path)).status).toBe(0);
    expect(await standing()).toMatchObject({ good: [h[1]], bad: [h[7]] });
  });
});
