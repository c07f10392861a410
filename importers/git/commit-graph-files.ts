import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { git } from './run-git.ts';

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
