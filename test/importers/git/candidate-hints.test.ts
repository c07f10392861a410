import { describe, expect, it } from 'vitest';
import { laterMentions, pathsBetween } from '../../../importers/git/candidate-hints.ts';
import { gitIn, makeRepository, MIDDAY } from './make-repository.ts';

const made = makeRepository([
  { parents: [], files: ['a'] },
  { parents: [0], files: ['a', 'Documentation/x.rst'], message: 'one' },
  { parents: [1], files: ['Documentation/x.rst'], message: 'two' },
  { parents: [2], files: ['b'], message: 'three' },
]);
const [, one, two, bad] = made.hashes as [string, string, string, string];

function commit(message: string, time: number): string {
  const tree = made.git('rev-parse', 'HEAD^{tree}').trim();
  const parent = made.git('rev-parse', 'refs/heads/next').trim();
  const said = gitIn(
    made.folder,
    ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', tree, '-p', parent],
    message,
  ).trim();
  const dated = made
    .git('cat-file', 'commit', said)
    .replace(/^committer (.*) \d+ \+\d+$/m, `committer $1 ${time} +0000`);
  const hash = gitIn(made.folder, ['hash-object', '-t', 'commit', '-w', '--stdin'], dated).trim();
  made.git('update-ref', 'refs/heads/next', hash);
  return hash;
}

made.git('update-ref', 'refs/heads/next', bad);
const fix = commit(`mend it\n\nFixes: ${one.slice(0, 12)} ("one")\n`, MIDDAY + 1_000);
const wrong = commit(`Revert "two"\n\nThis reverts commit ${two}.\n`, MIDDAY + 2_000);
commit(`Revert "Revert \\"two\\""\n\nThis reverts commit ${wrong}.\n`, MIDDAY + 3_000);
const revert = commit(`Revert "one"\n\nThis reverts commit ${one}.\n`, MIDDAY + 4_000);
commit(`about it\n\nSome say that this reverts commit ${two}, others not.\n`, MIDDAY + 5_000);

describe('what later commits say of earlier ones', () => {
  it('is by Fixes: and by reverts that stand', async () => {
    const mentions = await laterMentions(made.folder, [bad], null, 100);
    expect(mentions?.filter(({ named }) => [one, two].includes(named))).toEqual([
      { named: one, by: revert, kind: 'reverts' },
      { named: one, by: fix, kind: 'fixes' },
    ]);
  });

  it('ends at a time', async () => {
    expect(await laterMentions(made.folder, [bad], MIDDAY + 1_500, 100)).toEqual([
      { named: one, by: fix, kind: 'fixes' },
    ]);
  });

  it('does not count where a bad end contains it', async () => {
    expect(await laterMentions(made.folder, [revert], null, 100)).toEqual([]);
  });

  it('is not asked of very many commits', async () => {
    expect(await laterMentions(made.folder, [bad], null, 4)).toBeNull();
  });
});

it('the paths of candidates are those that they change', async () => {
  expect([...(await pathsBetween(made.folder, [one], [bad]))]).toEqual([
    [bad, ['b']],
    [two, ['Documentation/x.rst']],
  ]);
});
