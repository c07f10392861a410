import { hasPath } from '../../../importers/git/history.ts';
import { commitOf } from '../../../importers/git/run-git.ts';
import type { Started } from '../../../queries/recorded-sessions/session.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import type { BisectArguments } from './open-session.ts';

/** What `bisect start` is told. */
export interface StartArguments extends BisectArguments {
  readonly revisions?: readonly string[];
  readonly good?: readonly string[] | string;
  readonly bad?: readonly string[] | string;
  readonly consumer?: string;
  readonly test?: string;
  readonly arch?: string;
  readonly over?: Started['over'];
  readonly fixed?: boolean;
  readonly firstParent?: boolean;
  readonly chooser?: Started['chooser'];
  readonly prefill?: boolean;
  readonly flaky?: boolean;
  readonly exact?: boolean;
  readonly rates?: string;
  readonly confidence?: string;
  readonly termGood?: string;
  readonly termBad?: string;
  readonly second?: string;
  readonly secondVersions?: string;
  readonly tail?: readonly string[];
  readonly pathsOnly?: boolean;
  readonly config?: string;
  readonly follows?: string;
  readonly here?: boolean;
  readonly checkout?: boolean;
  readonly resetWhenFound?: string;
}

/** Who chooses the next version. */
export function chooserOf(args: StartArguments, regressions: Started['regressions']): Started['chooser'] {
  const chooser = args.chooser ?? 'information';
  if (chooser === 'git' && regressions.length > 1)
    throw new QueryError('git searches one regression at a time', { hint: 'leave --chooser git out' });
  return chooser;
}

/** A second thing whose version may be what broke: its versions, oldest first. */
export function secondOf(args: StartArguments): NonNullable<Started['second']> | null {
  if (args.second === undefined && args.secondVersions === undefined) return null;
  const versions = args.secondVersions?.split(',').flatMap((v) => (v.trim() === '' ? [] : [v.trim()])) ?? [];
  if (args.second === undefined || versions.length < 2)
    throw new QueryError('a second axis has a name and two versions or more', {
      hint: '--second glibc --second-versions 2.34,2.35,2.36 (oldest first: the first is good, the last is bad)',
    });
  if (
    new Set(versions).size < versions.length ||
    versions.some((v) => /\sx\s|[\u0000-\u001f\u007f,]/.test(v))
  )
    throw new QueryError('versions of the second axis must differ, and be plain words');
  return { name: args.second, versions, good: versions[0]!, bad: versions.at(-1)! };
}

/** An option that may be given once or several times. */
export function listOf(value: readonly string[] | string | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/**
 * Tells revisions from paths, as git does without a `--`: the first word that is no revision and is a path begins the paths.
 * What is neither is told of as a revision.
 */
export async function wordsOf(
  words: readonly string[],
  repository: string | null,
): Promise<{ readonly revisions: readonly string[]; readonly paths: readonly string[] }> {
  if (repository === null) return { revisions: words, paths: [] };
  for (const [at, word] of words.entries()) {
    if (await isCommit(repository, word)) continue;
    const tip = await commitOf(repository, at === 0 ? 'HEAD' : words[0]!);
    return (await hasPath(repository, tip, word))
      ? { revisions: words.slice(0, at), paths: words.slice(at) }
      : { revisions: words, paths: [] };
  }
  return { revisions: words, paths: [] };
}

async function isCommit(repository: string, word: string): Promise<boolean> {
  return commitOf(repository, word).then(
    () => true,
    () => false,
  );
}
