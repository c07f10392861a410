import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

/** A search that knows something bad and nothing good: it looks for that too. */
const lab = new BisectLab();
let repository: Repository;
let commits: readonly string[];

beforeAll(() => {
  ({ repository, commits } = lab.mainline('one-end', 13, 'lines'));
});

afterAll(() => {
  lab.remove();
});

function start(...more: readonly string[]): readonly string[] {
  return ['start', '--repo', repository.path, ...more];
}

describe('a bad end alone', () => {
  it.each(['information', 'git'])('is enough for a run, and what that saw was seen (%s)', async (chooser) => {
    for (const broken of [1, 7, 12]) {
      const { bisect, standing } = lab.session();
      await bisect(...start('--chooser', chooser));
      await bisect('bad', commits[12]!);
      expect((await bisect('run', 'sh', '-c', `[ $(wc -l <lines) -le ${broken} ]`)).status).toBe(0);
      expect((await standing()).top[0]!.change).toBe(commits[broken]);
      expect((await bisect('status')).out).not.toContain('no test was good');
      const log = (await bisect('log', '--git')).out.split('\n');
      expect(new Set(log).size).toBe(log.length);
    }
  });

  it('is meant by the first word alone; who still stands there means what comes next', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    await bisect('bad');
    const { bad, next } = await standing();
    expect(bad).toEqual([commits[12]]);
    await bisect('bad');
    expect((await standing()).outcomes.at(-1)!.version).toBe(next[0]!.version);
    repository.git('checkout', '-q', commits[1]!);
    await bisect('good');
    expect((await standing()).good).toEqual([commits[1]]);
    repository.git('checkout', '-q', 'main');
  });

  it('is met by hand with what was asked for: that was tested, and what was only named was not', async () => {
    const report = async (isAsked: boolean) => {
      const { bisect, standing } = lab.session();
      await bisect(...start());
      await bisect('bad', commits[12]!);
      const asked = (await standing()).next[0]!.version;
      const good = commits.indexOf(asked);
      await bisect('good', isAsked ? asked : commits[good - 1]!);
      if (!isAsked) await bisect('bad', commits[good]!);
      await bisect('bad', commits[good + 1]!);
      expect((await standing()).state).toBe('concluded');
      return (await bisect('report')).out;
    };
    expect(await report(true)).not.toContain('No test was good');
    expect(await report(false)).toContain('No test was good');
  });

  it('leads to no culprit where nothing was good: it may never have worked', async () => {
    const { bisect, regline, standing } = lab.session();
    await bisect(...start());
    await bisect('bad', commits[4]!);
    // Nobody knows a version on which a missing program would show.
    expect((await bisect('run', 'sh', '-c', 'exit 127')).status).toBe(3);
    expect((await standing()).outcomes).toHaveLength(1);
    expect((await bisect('run', 'false')).status).toBe(1);
    expect(await standing()).toMatchObject({ state: 'running', suspects: 1, next: [] });
    const report = (await bisect('report')).out.replace(/\s+/g, ' ');
    expect(report).toContain('it may never have worked');
    expect(report).not.toMatch(/#regzbot|git revert|bisected to/);
    expect((await regline('export')).out).not.toContain('BisectConcluded');
  });

  it.each([
    ['information', true, 'the ends do not hold'],
    ['information', false, 'the ends do not hold'],
    ['git', false, 'is both good and bad'],
  ])('that works is told of, and undo takes it back (%s, stated: %s)', async (chooser, stated, says) => {
    const { bisect, standing } = lab.session();
    await bisect(...start('--chooser', chooser, ...(stated ? [commits[4]!] : [])));
    if (!stated) await bisect('bad', commits[4]!);
    const before = await standing();
    expect((await bisect('run', '--check-ends', 'true')).status).toBe(1);
    const after = await standing();
    expect(after).toMatchObject({ state: 'contradiction', good: [], bad: [commits[4]] });
    expect((await bisect('status')).out).toContain(says);
    // Somebody who says so by hand has mistaken one version for the other.
    expect((await bisect('good', commits[4]!)).status).toBe(2);
    for (let n = before.outcomes.length; n < after.outcomes.length; n++) await bisect('undo');
    expect(await standing()).toMatchObject({ state: 'running', next: before.next });
  });

  it('of a shallow clone leads to its last commit, which is warned of: it stands for all that was left out', async () => {
    const shallow = join(lab.folder, 'shallow');
    const clone = ['clone', '-q', '--depth', '5', `file://${repository.path}`, shallow];
    execFileSync('git', clone, { stdio: 'ignore' });
    const { bisect } = lab.session();
    const { err } = await bisect('start', '--repo', shallow, commits[12]!, commits[3]!);
    expect(err).toContain(`no commit "${commits[3]!}", and is shallow (git fetch --unshallow)`);
    await bisect('start', '--repo', shallow);
    const warning = `the clone is shallow and ends at ${commits[8]!.slice(0, 12)} "Add 8`;
    await bisect('bad', commits[12]!);
    await bisect('run', 'false');
    expect((await bisect('report')).out.replaceAll(/\s+/g, ' ')).toContain(`T${warning.slice(1)}`);
    await bisect('start', '--repo', shallow, commits[12]!, commits[8]!);
    expect((await bisect('status')).out).not.toContain('shallow');
  });

  it('is not enough for a run of a test that lies: a pass would be taken for the good end', async () => {
    const { bisect } = lab.session();
    await bisect(...start('--flaky'));
    await bisect('bad', commits[4]!);
    const { status, err } = await bisect('run', 'false');
    expect([status, err]).toEqual([2, expect.stringContaining("waiting for a 'good' version")]);
  });
});
