import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { resolveCommits } from './resolve.ts';
import { git, GitError, gitLines } from './run-git.ts';

/**
 * Reads the commit-graph of a clone (gitformat-commit-graph), single file or split chain; null when there is none, and of a
 * shallow clone, which may know more than it holds. A clone that borrows objects (`clone --reference`, `--shared`) has that
 * of the repositories it borrows from where it has none of its own, as with git.
 */
export async function commitGraphFiles(repository: string): Promise<readonly Uint8Array[] | null> {
  if ((await cutOffIn(repository)).size > 0) return null;
  const own = await git(repository, 'rev-parse', '--path-format=absolute', '--git-path', 'objects');
  const folders = await withBorrowed(own);
  for (const folder of folders) {
    const files = await commitGraphIn(folder, folders);
    if (files !== null) return files;
  }
  return null;
}

/** git follows no more borrowers of borrowers. */
const MOST_BORROWED = 5;

/** A folder of objects and those that it borrows from (gitrepository-layout: `objects/info/alternates`), as git looks into them. */
async function withBorrowed(folder: string, depth = 0): Promise<readonly string[]> {
  const text = await readFile(join(folder, 'info/alternates'), 'utf8').catch(() => '');
  // A quoted name holds what a line cannot; such a folder is not looked into.
  const lines = text.split('\n').filter((line) => line !== '' && !/^[#"]/.test(line));
  const found = new Set([folder]);
  if (depth < MOST_BORROWED)
    for (const line of lines)
      for (const each of await withBorrowed(resolve(folder, line), depth + 1)) found.add(each);
  return [...found];
}

/** The files of the commit-graph in one folder of objects; layers of a chain may lie in another one. */
async function commitGraphIn(
  folder: string,
  folders: readonly string[],
): Promise<readonly Uint8Array[] | null> {
  try {
    return [await readFile(join(folder, 'info/commit-graph'))];
  } catch {
    // No single file; there may be a chain.
  }
  try {
    const list = await readFile(join(folder, 'info/commit-graphs/commit-graph-chain'), 'utf8');
    const chain = list.split('\n').filter((line) => line !== '');
    if (chain.length === 0 || !chain.every((hash) => /^[0-9a-f]+$/.test(hash))) return null;
    const layer = (hash: string) =>
      Promise.any(folders.map((each) => readFile(join(each, `info/commit-graphs/graph-${hash}.graph`))));
    return await Promise.all(chain.map(layer));
  } catch {
    return null;
  }
}

/** The commits of a shallow clone whose parents it was told to leave out (gitformat: `shallow`); none in a whole one. */
export async function cutOffIn(repository: string): Promise<ReadonlySet<string>> {
  const file = await git(repository, 'rev-parse', '--path-format=absolute', '--git-path', 'shallow');
  const lines = await readFile(file, 'utf8').catch(() => '');
  return new Set(lines.split('\n').filter((line) => line !== ''));
}

/** Lists the ancestry of some commits (full hashes), each with its date and parents. */
export async function revList(repository: string, tips: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const args = ['rev-list', '--parents', '--timestamp', '--topo-order', ...tips];
  for await (const line of gitLines(repository, args, true)) lines.push(line);
  return lines;
}

/** The tags of a clone and the commits that they name. A tag of an object that the clone lacks names nothing here. */
export async function tagsOf(repository: string): Promise<ReadonlyMap<string, string>> {
  try {
    return await tagsNamed(repository, '%(objectname) %(*objectname) %(refname:strip=2)');
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
  // git looks into no object to name what a tag is of, and at the first one that is not there it ends.
  const tags = await tagsNamed(repository, '%(objectname)  %(refname:strip=2)');
  const commits = await resolveCommits(repository, tags.values());
  return new Map(
    [...tags].flatMap(([name, object]) => {
      const commit = commits.get(object);
      return commit === undefined ? [] : [[name, commit] as const];
    }),
  );
}

/** The tags with what a format of git's says of each: the object, what it is a tag of (or nothing), and the name. */
async function tagsNamed(repository: string, format: string): Promise<ReadonlyMap<string, string>> {
  const tags = new Map<string, string>();
  for await (const line of gitLines(repository, ['for-each-ref', `--format=${format}`, 'refs/tags'], true)) {
    const [object, peeled, ...name] = line.split(' ');
    if (object !== undefined && name.length > 0) tags.set(name.join(' '), peeled === '' ? object : peeled!);
  }
  return tags;
}

/** The commits between ends that touch some paths, as git sees them. */
export async function commitsTouching(
  repository: string,
  good: readonly string[],
  bad: readonly string[],
  paths: readonly string[],
): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const found: string[] = [];
  const args = ['rev-list', ...bad, '--not', ...good, '--', ...paths];
  for await (const line of gitLines(repository, args, true)) found.push(line);
  return found;
}

/** Whether a commit has a file or a folder of this name. */
export async function hasPath(repository: string, commit: string, path: string): Promise<boolean> {
  for await (const line of gitLines(repository, ['ls-tree', '--name-only', commit, '--', path], true))
    return line !== '';
  return false;
}

/** What a range means to git (`A..B`, `A..`, `..B`): what its end has and its beginning has not. Full hashes. */
export async function commitsBetween(
  repository: string,
  from: string,
  to: string,
): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const line of gitLines(repository, ['rev-list', to, `^${from}`, '--'], true)) found.push(line);
  return found;
}

/** The subjects of some commits, in one call; of very many only the first. */
export async function subjectsOf(
  repository: string,
  commits: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const subjects = new Map<string, string>();
  const few = commits.slice(0, 200);
  if (few.length === 0) return subjects;
  const args = ['log', '--no-walk=unsorted', '--format=%H %s', ...few, '--'];
  for await (const line of gitLines(repository, args, true)) {
    subjects.set(line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1));
  }
  return subjects;
}

/** More commits than this are not asked for their trees: it would take longer than the tests that it saves are worth. */
const MOST_TREES = 20_000;

/** The trees of the commits between ends, and of the commits that they begin at, in one call; none where there are very many. */
export async function treesOf(
  repository: string,
  good: readonly string[],
  bad: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const trees = new Map<string, string>();
  const most = `--max-count=${MOST_TREES + 1}`;
  const args = ['log', '--format=%H %T', '--boundary', most, ...bad, '--not', ...good, '--'];
  for await (const line of gitLines(repository, args, true)) {
    const [commit, tree] = line.split(' ');
    trees.set(commit!, tree!);
  }
  return trees.size > MOST_TREES ? new Map() : trees;
}
