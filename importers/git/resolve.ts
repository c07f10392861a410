import { gitBytes } from './run-git.ts';
import { tokens } from './tokens.ts';
import { LF } from '../source/characters.ts';

/**
 * Finds the commits that abbreviated hashes mean in a clone; what is no commit of it, or means several, is left out.
 *
 * @param names 4 to 64 hex digits each.
 */
export async function resolveCommits(
  repository: string,
  names: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(names)].filter((name) => /^[0-9a-f]{4,64}$/.test(name));
  const found = new Map<string, string>();
  if (asked.length === 0) return found;
  const input = asked.map((name) => `${name}^{commit}\n`).join('');
  let index = 0;
  for await (const line of tokens(
    gitBytes(repository, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], input),
    LF,
    'latin1',
  )) {
    const name = asked[index++];
    const match = /^([0-9a-f]{40,64}) commit$/.exec(line);
    if (name !== undefined && match) found.set(name, match[1]!);
  }
  return found;
}
