import { readFile } from 'node:fs/promises';
import { blobContents } from '../../../importers/git/file-history.ts';
import { refusal } from '../../../importers/source/refusal.ts';
import {
  buildFilesOf,
  switchesOff,
  switchThatLeavesOut,
  type TextOf,
} from '../../../queries/bisect-session/not-built.ts';
import { isDocumentation } from '../../../queries/bisect-session/clone-factors.ts';
import type { CloneHints } from '../../../queries/bisect-session/clone-hints.ts';
import { QueryError } from '../../../queries/model/query-error.ts';

/** A candidate that a configuration does not build, and why. */
export interface NotBuilt {
  readonly commit: string;
  readonly why: string;
}

/**
 * Finds the candidates that change nothing which is built with a configuration, as the trees of all ends have it: only what is
 * certain counts.
 *
 * @param ends full hashes.
 * @throws InputError for a file that cannot be read, QueryError for one that is no configuration of a kernel.
 */
export async function notBuiltWith(
  file: string,
  repository: string,
  ends: { readonly good: readonly string[]; readonly bad: readonly string[] },
  { paths }: CloneHints,
): Promise<readonly NotBuilt[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw refusal(file, error);
  });
  const off = switchesOff(text);
  if (off.size === 0)
    throw new QueryError(`${file} turns no switch off`, {
      hint: 'a .config of a kernel has lines like "# CONFIG_KVM is not set"',
    });
  const files = buildFilesOf(new Set([...paths.values()].flat())).filter((name) => !name.includes('\n'));
  const treesOf = (side: readonly string[]) =>
    Promise.all(side.map((end) => textsOf(repository, end, files)));
  const trees = { good: await treesOf(ends.good), bad: await treesOf(ends.bad) };
  const known = new Map<string, string | null>();
  const leftOut = (path: string): string | null => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const found = switchThatLeavesOut(path, trees, off);
    known.set(path, found);
    return found;
  };
  return [...paths].flatMap(([commit, changed]): NotBuilt[] => {
    const code = changed.filter((path) => !isDocumentation(path));
    const switches = new Set(code.map(leftOut));
    if (code.length === 0 || switches.has(null)) return [];
    return [{ commit, why: `it changes only what ${[...switches].join(', ')} would build, which is off` }];
  });
}

/** Reads files of one commit. */
async function textsOf(repository: string, commit: string, files: readonly string[]): Promise<TextOf> {
  const texts = new Map<string, string | null>();
  let next = 0;
  for await (const content of blobContents(
    repository,
    files.map((name) => `${commit}:${name}`),
  ))
    texts.set(files[next++]!, content?.toString('utf8') ?? null);
  return (name) => texts.get(name) ?? null;
}
