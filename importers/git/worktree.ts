import { realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { git, GitError } from './run-git.ts';

/**
 * Checks a commit out into a worktree of its own, which is made when it is not there, and made anew when an earlier process
 * was killed while it made it. What tests changed in tracked files is given up; what they built stays. The user's checkout is
 * not touched. Nobody else may use the folder meanwhile.
 *
 * @throws GitError when the commit cannot be checked out (an object is missing, the disk is full).
 */
export async function checkOut(repository: string, folder: string, commit: string): Promise<void> {
  if (await isWorktreeOf(repository, folder)) {
    await removeStaleLock(folder);
    await git(folder, 'checkout', '--force', '--quiet', '--detach', commit);
    return;
  }
  await rm(folder, { recursive: true, force: true });
  // Twice: the entry of a worktree that was not finished is locked. (Pruning would take other missing ones along.)
  await git(repository, 'worktree', 'add', '--force', '--force', '--quiet', '--detach', folder, commit);
}

/**
 * Sees whether a commit can be checked out in the user's own checkout without losing changes there; nothing is touched.
 *
 * @throws GitError when it cannot.
 */
export async function tryCheckOutHere(checkout: string, commit: string): Promise<void> {
  // As git checkout does first: files that were only touched are no changes. What it exits with says which are.
  await git(checkout, 'update-index', '-q', '--refresh').catch((error: unknown) => {
    if (!(error instanceof GitError)) throw error;
  });
  await git(checkout, 'read-tree', '-n', '-u', '-m', 'HEAD', commit);
}

/**
 * Checks a commit out in the user's own checkout, as git bisect does.
 *
 * @throws GitError when changes in it would be lost.
 */
export async function checkOutHere(checkout: string, commit: string): Promise<void> {
  await git(checkout, 'checkout', '--quiet', '--detach', commit);
}

/** The top of the checkout that a folder lies in; a folder of no checkout (a bare clone, a `.git`) as it is. */
export async function topOf(folder: string): Promise<string> {
  const isInside = (await git(folder, 'rev-parse', '--is-inside-work-tree')) === 'true';
  return isInside ? git(folder, 'rev-parse', '--path-format=absolute', '--show-toplevel') : folder;
}

/** Where a checkout stands: its branch, else its commit. */
export async function whereIs(checkout: string): Promise<string> {
  const branch = await git(checkout, 'symbolic-ref', '--quiet', '--short', 'HEAD').catch((error: unknown) => {
    if (error instanceof GitError && error.exitCode === 1) return null;
    throw error;
  });
  return branch ?? git(checkout, 'rev-parse', '--verify', 'HEAD^{commit}');
}

/** Leads the user's checkout back to the branch or commit that `whereIs` told. */
export async function goBack(checkout: string, where: string): Promise<void> {
  // A branch may be checked out elsewhere too; it was here before all the same.
  await git(checkout, 'checkout', '--quiet', '--ignore-other-worktrees', where, '--');
}

/** Puts a commit's change on top of what is checked out, without committing it; leaves nothing where it does not fit. */
export async function applyChange(folder: string, commit: string): Promise<void> {
  try {
    await git(folder, 'cherry-pick', '--no-commit', commit);
  } catch (error) {
    await git(folder, 'reset', '--quiet', '--hard');
    throw error;
  }
}

/**
 * Removes a worktree that `checkOut` made, with what builds left in it. git's entry of it goes too where the folder is gone
 * already: an earlier process may have been killed between the two.
 */
export async function removeWorktree(repository: string, folder: string): Promise<void> {
  await git(repository, 'worktree', 'remove', '--force', '--force', folder).catch((error: unknown) => {
    if (!(error instanceof GitError)) throw error;
  });
  await rm(folder, { recursive: true, force: true });
}

/** A folder inside another checkout, or one that was not finished, is none: git would then work on that other checkout. */
async function isWorktreeOf(repository: string, folder: string): Promise<boolean> {
  if ((await stat(join(folder, '.git')).catch(() => null)) === null) return false;
  const about = ['rev-parse', '--path-format=absolute'];
  try {
    const [top, common] = (await git(folder, ...about, '--show-toplevel', '--git-common-dir')).split('\n');
    const ours = await git(repository, ...about, '--git-common-dir');
    return (await realpath(top!)) === (await realpath(folder)) && common === ours;
  } catch {
    return false;
  }
}

/** git leaves its lock behind when it is killed; we are the only user of this worktree. */
async function removeStaleLock(folder: string): Promise<void> {
  await rm(await git(folder, 'rev-parse', '--path-format=absolute', '--git-path', 'index.lock'), {
    force: true,
  });
}
