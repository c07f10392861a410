import { CloneError, gitBytes } from './run-git.ts';
import { tokens } from './tokens.ts';
import { LF } from '../source/characters.ts';

/** A commit and the parent that it is compared with; null: a root, compared with nothing. */
export interface CommitAndParent {
  readonly commit: string;
  readonly parent: string | null;
}

const ARGS = [
  'diff-tree',
  '--stdin',
  '--root',
  '--always',
  '-r',
  '--raw',
  '--no-abbrev',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
];

/**
 * Says of commits and their parents (full hashes) whether they differ under some paths, in one call of git.
 *
 * @param paths pathspecs, as `git rev-list` takes them behind `--`.
 * @throws GitError when git fails, or says something that is not understood.
 */
export async function differUnder(
  repository: string,
  paths: readonly string[],
  pairs: readonly CommitAndParent[],
): Promise<readonly boolean[]> {
  if (pairs.length === 0) return [];
  const asked = pairs.map(({ commit, parent }) => (parent === null ? commit : `${commit} ${parent}`));
  const output = gitBytes(repository, [...ARGS, '--', ...paths], `${asked.join('\n')}\n`);
  const answers: boolean[] = [];
  for await (const line of tokens(output, LF)) {
    // A path with a line end in it is quoted, so that each line is a commit or a difference.
    if (line.startsWith(':')) answers[answers.length - 1] = true;
    else if (line === pairs[answers.length]?.commit) answers.push(false);
    else if (line !== '') throw new CloneError('git diff-tree wrote something that is no comparison', null);
  }
  if (answers.length < pairs.length) throw new CloneError('git diff-tree left commits out', null);
  return answers;
}
