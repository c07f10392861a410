import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git, gitLines } from './run-git.ts';

/** Where the history of a clone is read from. */
export type HistorySource =
  /** The files of a commit-graph, in the order of the chain, base first. */
  | { readonly kind: 'commit-graph'; readonly files: readonly Uint8Array[] }
  /** Lines of `git rev-list --parents --timestamp`. */
  | { readonly kind: 'rev-list'; readonly lines: readonly string[] };

/**
 * Reads the commit-graph of a clone (gitformat-commit-graph), single file or split chain, alternates included only where
 * git itself put them into the chain; null when there is none.
 */
export async function commitGraphFiles(repository: string): Promise<readonly Uint8Array[] | null> {
  const objects = await git(repository, 'rev-parse', '--path-format=absolute', '--git-path', 'objects/info');
  try {
    return [await readFile(join(objects, 'commit-graph'))];
  } catch {
    // No single file; there may be a chain.
  }
  try {
    const folder = join(objects, 'commit-graphs');
    const chain = (await readFile(join(folder, 'commit-graph-chain'), 'utf8'))
      .split('\n')
      .filter((l) => l !== '');
    const there = new Set(await readdir(folder));
    if (
      chain.length === 0 ||
      !chain.every((hash) => /^[0-9a-f]+$/.test(hash) && there.has(`graph-${hash}.graph`))
    )
      return null;
    return await Promise.all(chain.map((hash) => readFile(join(folder, `graph-${hash}.graph`))));
  } catch {
    return null;
  }
}

/** Lists the ancestry of some commits (full hashes), each with its date and parents. */
export async function revList(repository: string, tips: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of gitLines(repository, [
    'rev-list',
    '--parents',
    '--timestamp',
    '--topo-order',
    ...tips,
  ]))
    lines.push(line);
  return lines;
}

/** The tags of a clone and the commits that they name. */
export async function tagsOf(repository: string): Promise<ReadonlyMap<string, string>> {
  const tags = new Map<string, string>();
  const format = '%(objectname) %(*objectname) %(refname:strip=2)';
  for await (const line of gitLines(repository, ['for-each-ref', `--format=${format}`, 'refs/tags'])) {
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
  for await (const line of gitLines(repository, ['rev-list', ...bad, '--not', ...good, '--', ...paths]))
    found.push(line);
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
  for await (const line of gitLines(repository, ['log', '--no-walk=unsorted', '--format=%H %s', ...few])) {
    subjects.set(line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1));
  }
  return subjects;
}
