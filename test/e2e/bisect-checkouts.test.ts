import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

/** Where a search checks its versions out: in the checkout that is lent to it, or nowhere. */
const lab = new BisectLab();
let repository: Repository;
let commits: readonly string[];

beforeAll(() => {
  ({ repository, commits } = lab.mainline('checkouts', 21, 'lines'));
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

  it.each(['original', 'found'])('goes back by itself with an answer: %s', async (where) => {
    const { bisect } = lab.session();
    const broken = lab.script('from7.sh', '[ $(wc -l <lines) -lt 8 ]');
    await bisect(...start('--here', ...(where === 'found' ? [] : ['--reset-when-found'])));
    const ran = await bisect('run', ...(where === 'found' ? ['--reset-when-found=found'] : []), broken);
    expect(ran.status).toBe(0);
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
