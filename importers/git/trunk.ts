import { lineOfName, parseReleaseName } from '../../store/names/release-name.ts';
import type { ReleaseTag } from './release-tags.ts';
import { commitOf, git } from './run-git.ts';

/** The branch that a clone follows: what is on it and in no release yet is on its way to one. */
export interface Trunk {
  readonly commit: string;
  /** The line whose next release it leads to. */
  readonly line: string;
}

/**
 * Finds the branch that a clone follows, and which line it is of: `linux-6.12.y` by its name, `master` and `main` by the
 * release that they continue. Null where that is not certain: on a branch of somebody's own, and where the nearest tag is no
 * release that is known, as in the tree of a distribution.
 */
export async function trunkOf(repository: string, tags: readonly ReleaseTag[]): Promise<Trunk | null> {
  const branch = await followed(repository);
  if (branch === null) return null;
  const name = branch.slice(branch.lastIndexOf('/') + 1);
  const stable = /^linux-(\d+\.\d+\.y)$/.exec(name)?.[1];
  if (stable === undefined && name !== 'master' && name !== 'main') return null;
  const nearest = await said(repository, 'describe', '--tags', '--abbrev=0', '--first-parent', branch);
  const release =
    nearest === null ? undefined : tags.find((tag) => tag.release === parseReleaseName(nearest)?.name);
  if (release === undefined) return null;
  const commit = await commitOf(repository, branch);
  if (stable !== undefined) return { commit, line: stable };
  const upstream = lineOfName(release.release);
  // A point release below `master` says that it is somebody's own branch of a line.
  const known = upstream === null || upstream === 'mainline' || upstream === 'next';
  return known ? { commit, line: release.line } : null;
}

/** The branch at HEAD, as others see it: commits that only this clone has are on their way to nothing yet. */
async function followed(repository: string): Promise<string | null> {
  const branch = await said(repository, 'symbolic-ref', '-q', 'HEAD');
  if (branch === null) return null;
  const upstream = await said(repository, 'for-each-ref', '--format=%(upstream)', branch);
  if (upstream !== null && upstream !== '') return upstream;
  const own = (await said(repository, 'rev-parse', '--is-bare-repository')) === 'true';
  return own || (await said(repository, 'remote')) === '' ? branch : null;
}

/** What git answers; null where it has no answer. */
async function said(repository: string, ...args: readonly string[]): Promise<string | null> {
  return git(repository, ...args).catch(() => null);
}
