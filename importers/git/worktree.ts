import { stat } from 'node:fs/promises';
import { git } from './run-git.ts';

/**
 * Checks a commit out into a worktree of its own, which is made when it is not there. The user's checkout is not touched.
 *
 * @throws GitError when the folder is something else, or holds changes that a checkout would lose.
 */
export async function checkOut(repository: string, folder: string, commit: string): Promise<void> {
  const there = await stat(folder).catch(() => null);
  if (there === null) {
    await git(repository, 'worktree', 'prune');
    await git(repository, 'worktree', 'add', '--quiet', '--detach', folder, commit);
  } else await git(folder, 'checkout', '--quiet', '--detach', commit);
}

/** Removes a worktree that `checkOut` made, with what builds left in it. */
export async function removeWorktree(repository: string, folder: string): Promise<void> {
  if ((await stat(folder).catch(() => null)) !== null)
    await git(repository, 'worktree', 'remove', '--force', folder);
}
