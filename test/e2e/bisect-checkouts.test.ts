import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

/** Where a search checks its versions out: in the checkout that is lent to it, or nowhere. */
const lab = new BisectLab();
let repository: Repository;
let commits: readonly string[];

beforeAll(() => {
  ({ repository, commits } = lab.mainline('checkouts', 21, 'lines'));
});

afterEach(() => {
  lab.dies = false;
});

afterAll(() => {
  lab.remove();
});

function start(...more: readonly string[]): readonly string[] {
  return ['start', '--repo', repository.path, commits[20]!, commits[0]!, ...more];
}

describe('a checkout that is lent', () => {
  it('is given on to a search that begins later, with the way back', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start('--here'));
    const first = (await standing()).session;
    const second = await bisect(...start('--here'));
    expect(second.err).toContain(`lent to ${first}`);
    expect(repository.branch()).toBe('');
    await bisect('reset');
    expect(repository.branch()).toBe('main');
    expect((await standing()).session).toBe(first);
    expect((await bisect('good')).status).toBe(0);
    expect(repository.branch()).toBe('main');
    await bisect('reset');
  });

  it('is led back by next, where it was moved by hand, and stays where only others are asked for', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start('--here'));
    const [{ version } = { version: '' }] = (await standing()).next;
    repository.git('checkout', '-q', 'main');
    await bisect('next', '--machines', '2');
    await bisect('next', '--ahead');
    await bisect('status');
    expect(repository.branch()).toBe('main');
    expect((await bisect('next')).err).toContain(`${version.slice(0, 12)} is checked out`);
    expect(repository.head()).toBe(version);
    await bisect('reset');
  });

  it('is led elsewhere where its branch is gone meanwhile', async () => {
    const { bisect } = lab.session();
    repository.git('checkout', '-q', '-b', 'topic');
    await bisect(...start('--here'));
    repository.git('branch', '-m', 'topic', 'renamed');
    const { status, err } = await bisect('reset');
    expect(status).toBe(2);
    expect(err).toContain('your checkout stood at topic, which is no more\n  regline bisect reset REV');
    expect((await bisect('reset', 'renamed')).status).toBe(0);
    expect(repository.branch()).toBe('renamed');
    repository.git('checkout', '-q', 'main');
  });

  it('is not found by refs that git writes and regline does not', async () => {
    const { bisect } = lab.session();
    await bisect(...start('--here'));
    const named = await bisect('reset', 'bisect/bad');
    expect(named.status).toBe(2);
    expect(named.err).toContain('no refs/bisect are written');
    expect((await bisect('reset')).status).toBe(0);
    expect(repository.branch()).toBe('main');
  });

  it.each(['original', 'found'])('goes back by itself with an answer: %s', async (where) => {
    const { bisect } = lab.session();
    const broken = lab.script('from7.sh', '[ $(wc -l <lines) -lt 8 ]');
    await bisect(...start('--here', ...(where === 'found' ? [] : ['--reset-when-found'])));
    const ran = () => bisect('run', ...(where === 'found' ? ['--reset-when-found=found'] : []), broken);
    expect((await ran()).status).toBe(0);
    // Who does not know whether it came to its end (it was killed, say) may say it again.
    expect((await ran()).status).toBe(0);
    expect([repository.branch(), repository.head()]).toEqual(
      where === 'found' ? ['', commits[7]] : ['main', commits[20]],
    );
    repository.git('checkout', '-q', 'main');
    expect((await bisect(...start('--reset-when-found=found'))).err).toContain('--here lends it');
    expect((await bisect(...start('--here', '--reset-when-found=elsewhere'))).status).toBe(2);
    expect(repository.branch()).toBe('main');
  });
});

describe('a search without any checkout', () => {
  it('runs a command where it was begun, with the version by name', async () => {
    const { bisect, standing, db } = lab.session();
    await bisect(...start('--no-checkout'));
    const has = lab.script(
      'has.sh',
      `! git -C ${repository.path} merge-base --is-ancestor ${commits[14]!} $REGLINE_VERSION`,
    );
    expect((await bisect('run', has)).status).toBe(0);
    expect((await standing()).top[0]!.change).toBe(commits[14]);
    expect(existsSync(join(`${db}.bisect`, (await standing()).session, 'tree'))).toBe(false);
    expect((await bisect(...start('--here', '--no-checkout'))).status).toBe(2);
  });
});

describe('a checkout that a run tests in', () => {
  it('is left alone by every other command until the run ends', async () => {
    for (const [name, option] of [
      ['own', '--checkout'],
      ['lent', '--here'],
    ] as const) {
      const { bisect } = lab.session();
      await bisect(...start(option));
      const [heads, go] = [join(lab.folder, `${name}.heads`), join(lab.folder, `${name}.go`)];
      const script = lab.script(
        `${name}.sh`,
        `git rev-parse HEAD >>${heads}; while [ ! -e ${go} ]; do sleep 0.02; done; git rev-parse HEAD >>${heads}`,
      );
      const run = bisect('run', '--steps', '1', script);
      while (!existsSync(heads) || readFileSync(heads, 'utf8') === '')
        await new Promise((done) => setTimeout(done, 10));
      const good = await bisect('good', commits[15]!);
      expect(good).toMatchObject({
        status: 0,
        err: expect.stringContaining('nothing is checked out') as string,
      });
      const next = await bisect('next', '--checkout');
      expect(next).toMatchObject({ status: 4, err: expect.stringContaining('works in this') as string });
      if (option === '--here') expect((await bisect(...start('--here'))).status).toBe(4);
      writeFileSync(go, '');
      await run;
      const [before, after, ...more] = readFileSync(heads, 'utf8').trim().split('\n');
      expect([name, after, more]).toEqual([name, before, []]);
      await bisect('reset');
      expect(repository.branch()).toBe('main');
    }
  });
});

describe('a command that is killed before it could write', () => {
  it('has not moved the checkout that a search was to be lent', async () => {
    const { bisect } = lab.session();
    lab.dies = true;
    await expect(bisect(...start('--here'))).rejects.toThrow('killed');
    lab.dies = false;
    expect(repository.branch()).toBe('main');
    expect((await bisect('status')).status).toBe(2);
  });

  it('leaves a session that goes on, where it was to be given up', async () => {
    const { bisect, standing, db } = lab.session();
    await bisect(...start());
    const { session } = await standing();
    const script = lab.script('from9.sh', '[ $(wc -l <lines) -lt 10 ]');
    await bisect('run', '--steps', '1', script);
    lab.dies = true;
    await expect(bisect('reset')).rejects.toThrow('killed');
    lab.dies = false;
    expect(await bisect('run', script)).toMatchObject({ status: 0 });
    expect((await standing()).top[0]!.change).toBe(commits[9]);
    // One that was killed when the folder was gone, and git's entry of it was not.
    rmSync(join(`${db}.bisect`, session, 'tree'), { recursive: true });
    expect(repository.git('worktree', 'list').split('\n')).toHaveLength(2);
    await bisect('reset');
    expect(repository.git('worktree', 'list').split('\n')).toHaveLength(1);
    expect(existsSync(join(`${db}.bisect`, session, 'place.json'))).toBe(false);
  });
});
