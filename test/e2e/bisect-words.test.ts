import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

/** What is written on the command line of a search: revisions, paths, files. */
const lab = new BisectLab();
let repository: Repository;
let commits: readonly string[];

beforeAll(() => {
  ({ repository, commits } = lab.mainline('words', 21, 'lines'));
});

afterAll(() => {
  lab.remove();
});

describe('words of a start', () => {
  it('may be named by the words of its subject', async () => {
    const { bisect, standing } = lab.session();
    await bisect('start', '--repo', repository.path, commits[20]!, ':/Add 3 to lines');
    expect((await standing()).good).toEqual([commits[3]]);
  });

  it('are refused where they make one version both ends, and nothing is recorded', async () => {
    const { bisect } = lab.session();
    const both = await bisect('start', '--repo', repository.path, commits[3]!, commits[3]!);
    expect(both.err).toContain(`${commits[3]!} is both the good end and the bad end`);
    expect(both.status).not.toBe(0);
    expect((await bisect('status')).status).not.toBe(0);
  });

  it('are refused where they stand the wrong way round, with the search that they would be', async () => {
    const { bisect, standing } = lab.session();
    const [old, young] = [commits[3]!, commits[9]!];
    const turned = await bisect('start', '--repo', repository.path, '--good', young, '--bad', old);
    expect(turned.status).toBe(2);
    expect(turned.err).toContain('what is bad is contained in what is good');
    const command = /regline bisect (start --repo DIR --fixed .*)/.exec(turned.err)![1]!;
    await bisect(...command.replace('DIR', repository.path).split(' '));
    expect(await standing()).toMatchObject({ good: [old], bad: [young], suspects: 6 });
    const fix = await bisect('start', '--fixed', '--repo', repository.path, old, young);
    expect(fix.err).toContain('what is fixed is contained in what is unfixed');
    expect(fix.err).toContain(`bisect start --repo DIR --good ${old} --bad ${young}\n`);
    await bisect('start', '--repo', repository.path);
    await bisect('good', young);
    expect((await bisect('bad', old)).err).toContain(`--fixed --good ${old} --bad ${young}`);
    expect((await standing()).bad).toEqual([]);
  });

  it('that are no revisions are paths, where there are such', async () => {
    const { bisect, standing } = lab.session();
    repository.add('1', 'doc/other file');
    const tip = repository.add('2', 'lines');
    await bisect(
      'start',
      '--repo',
      join(repository.path, 'doc'),
      tip,
      commits[18]!,
      'doc',
      'lines',
      '--paths-only',
    );
    expect((await standing()).suspects).toBe(4);
    await bisect('start', '--repo', repository.path, tip, commits[18]!, 'doc', '--paths-only');
    expect((await standing()).suspects).toBe(1);
    const mistyped = await bisect('start', '--repo', repository.path, tip, commits[18]!, 'no-such');
    expect(mistyped.err).toContain('no commit "no-such"');
    expect(mistyped.status).not.toBe(0);
  });
});

describe('a log to replay', () => {
  it('that is not there, or is no log, is refused in one line', async () => {
    const { bisect } = lab.session();
    const missing = await bisect('replay', '/no/such/log', '--repo', repository.path);
    expect([missing.status, missing.err.split('\n')[0]]).toEqual([
      3,
      expect.stringContaining('/no/such/log: error: no such file or folder'),
    ]);
  });

  it('is the one of --git: the log that is shown by itself is refused with the command that writes it', async () => {
    const { bisect } = lab.session();
    const bad = repository.git('rev-parse', 'HEAD').trim();
    await bisect('start', '--repo', repository.path);
    await bisect('bad', bad);
    const shown = join(lab.folder, 'shown.log');
    writeFileSync(shown, (await bisect('log')).out);
    const { status, err } = await lab.session().bisect('replay', shown, '--repo', repository.path);
    expect(status).toBe(3);
    expect(err).toContain('regline bisect log --git');
  });
});
