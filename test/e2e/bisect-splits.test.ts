import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BisectLab } from '../support/bisect-lab.ts';

/** Searches over recorded releases of which one part lies on a branch that the bad end does not contain. */
const lab = new BisectLab();
afterAll(() => {
  lab.remove();
});

const [WAKE, OTHER] = ['pipes.wake s390', 'pipes.other s390'];

/** A search of two tests on v2.0..v2.2-rc2, of which `wake` broke on mainline and, on its own, in 2.1.y. */
async function split() {
  const session = lab.session();
  const { bisect, regline, standing } = session;
  await regline('import', 'facts', 'test/fixtures/pipes');
  const tests = ['--test', 'pipes.wake,pipes.other', '--arch', 's390'];
  await bisect('start', '--over', 'releases', ...tests, '--good', 'v2.0', '--bad', 'v2.2-rc2');
  const { session: whole } = await standing();
  const wake = (word: string, version: string) => bisect(word, version, '--only', WAKE);
  for (let n = 0; n < 2; n++) await wake('good', 'v2.1');
  await wake('bad', 'v2.2-rc1');
  await wake('bad', 'v2.1.2');
  const { err } = await wake('bad', 'v2.1.2');
  const [aside, onward] = [...err.matchAll(/is split: (B-\w+)/g)].map(([, id]) => id!);
  return { ...session, err, whole, aside: aside!, onward: onward! };
}

describe('a search that is split where a branch broke on its own', () => {
  it('goes on towards the bad end', async () => {
    const { err, onward, standing } = await split();
    expect(err).toContain('searches what broke it in (v2.1, v2.1.2]\n');
    expect(err).toContain(`${onward} searches what broke it in (v2.1, v2.2-rc1]; it goes on`);
    expect(await standing()).toMatchObject({ session: onward, top: [{ change: 'v2.2-rc1' }] });
  });

  it('is the same where another log met its events in another order', async () => {
    const { regline, standing } = await split();
    const events = (await regline('export')).out.trimEnd().split('\n');
    const file = join(lab.folder, 'turned-around.ndjson');
    writeFileSync(file, `${events.reverse().join('\n')}\n`);
    const there = lab.session();
    expect((await there.regline('import', 'events', file)).status).toBe(0);
    expect(await there.standing()).toEqual(await standing());
  });

  it('still searches what was not split, and says where', async () => {
    const { bisect, standing, whole, aside } = await split();
    const { openParts } = await standing();
    expect(openParts.map((part) => part.session).sort()).toEqual([aside, whole].sort());
    const misplaced = await bisect('bad', 'v2.1', '--only', OTHER);
    expect(misplaced).toMatchObject({ status: 2 });
    expect(misplaced.err).toContain(`--session ${whole} does`);
    await bisect('bad', 'v2.1-rc1', '--only', OTHER, '--session', whole);
    expect((await standing()).openParts.map((part) => part.session)).toEqual([aside]);
  });
});

describe('a search of a clone that is split', () => {
  it('hands on the worktree with all that was built there, and gets it back with undo', async () => {
    const { repository, commits } = lab.mainline('built', 13, 'lines');
    const { bisect, standing } = lab.session();
    await bisect('start', '--repo', repository.path, '--checkout', commits[12]!, commits[0]!);
    const { session: whole } = await standing();
    const trees = () =>
      repository
        .git('worktree', 'list', '--porcelain')
        .split('\n')
        .filter((line) => line.startsWith('worktree '))
        .map((line) => line.slice('worktree '.length))
        .slice(1);
    const [tree, ...others] = trees();
    expect(others).toEqual([]);
    const head = () => repository.git('-C', tree!, 'rev-parse', 'HEAD');
    writeFileSync(join(tree!, 'object'), 'built');
    for (const [word, n] of [
      ['bad', 3],
      ['good', 7],
      ['bad', 3],
      ['good', 7],
    ] as const)
      await bisect(word, commits[n]!);
    const part = await standing();
    expect([trees(), head()]).toEqual([[tree], part.next[0]!.version]);
    await bisect('undo', '--session', whole);
    const again = await standing();
    expect([again.session, trees(), head()]).toEqual([whole, [tree], again.next[0]!.version]);
    await bisect('good', commits[7]!);
    const script = lab.script('rebuilt.sh', '[ -e object ] && [ $(wc -l <lines) -lt 10 ]');
    expect((await bisect('run', script)).status).toBe(0);
    expect((await standing()).top[0]!.change).toBe(commits[9]);
    await bisect('reset');
    expect(trees()).toEqual([]);
  });
});
