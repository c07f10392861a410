import { resolveCommits } from './resolve.ts';
import { GitError, gitLines } from './run-git.ts';

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
