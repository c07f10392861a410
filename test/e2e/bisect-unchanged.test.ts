import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

/**
 * Commits that have the tree of a parent: merges of branches that were made of the newest commit, and empty commits.
 * The answers are those of git bisect, whatever the test looks at.
 */
const lab = new BisectLab();
let repository: Repository;

beforeAll(() => {
  repository = lab.repository('unchanged');
  repository.git('commit', '-q', '--allow-empty', '-m', 'base');
  repository.git('tag', 'm0');
  for (let n = 1; n <= 6; n++) {
    repository.git('checkout', '-q', '-b', `branch${n}`);
    for (const part of [1, 2]) repository.add(`${n}.${part}`, 'file');
    repository.git('tag', `b${n}`);
    repository.git('checkout', '-q', 'main');
    repository.git('merge', '-q', '--no-ff', '-m', `merge ${n}`, `branch${n}`);
    repository.git('tag', `m${n}`);
  }
  for (const n of [1, 2, 3, 4, 5]) {
    repository.git('commit', '-q', '--allow-empty', '-m', `empty ${n}`);
    repository.git('tag', `e${n}`);
  }
});
afterAll(() => {
  lab.remove();
});

/** A test that fails wherever a commit is contained. */
const failsSince = (culprit: string) =>
  lab.script(
    `since-${culprit}`,
    `! git -C '${repository.path}' merge-base --is-ancestor ${culprit} "$REGLINE_VERSION"`,
  );

async function foundBy(script: string, ...args: readonly string[]) {
  const { bisect, standing } = lab.session();
  await bisect('start', '--repo', repository.path, ...args);
  expect((await bisect('run', script)).status).toBe(0);
  const { state, top } = await standing();
  return { state, top: top.map((each) => each.change) };
}

describe('commits with the tree of a parent', () => {
  const found = (revision: string) => ({
    state: 'concluded',
    top: [repository.git('rev-parse', `${revision}^{commit}`)],
  });

  it('are merges that a search of the main line names', async () => {
    const script = lab.script('has-4.2', "! grep -q '^4.2' file");
    expect(await foundBy(script, '--first-parent', 'm6', 'm0')).toEqual(found('m4'));
    expect(await foundBy(script, 'm6', 'm0')).toEqual(found('b4'));
  });

  it.each(['m3', 'b3', 'e2'])('are the culprit when the test says so: %s', async (culprit) => {
    expect(await foundBy(failsSince(culprit), 'e5', 'm0')).toEqual(found(culprit));
  });

  it('are searched like others where all between the ends are such', async () => {
    expect(await foundBy(failsSince('e3'), 'e5', 'm6')).toEqual(found('e3'));
  });

  it('show what speaks against them', async () => {
    const { bisect } = lab.session();
    await bisect('start', '--repo', repository.path, 'm6', 'm0');
    expect((await bisect('status', '--why', 'm3')).out).toContain('its tree or build is that of a parent');
    expect((await bisect('status', '--why', 'b3')).out).not.toContain('of a parent');
  });
});
