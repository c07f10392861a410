import { commitLog } from './commit-log.ts';
import { readMessage } from './message.ts';
import { resolveCommits } from './resolve.ts';
import { gitBytes } from './run-git.ts';
import { tokens } from './tokens.ts';
import { LF } from '../source/characters.ts';

/** A commit that speaks of another one in its message. */
export interface Mention {
  /** Full hashes. */
  readonly named: string;
  readonly by: string;
  readonly kind: 'fixes' | 'reverts';
}

const TIPS = ['--branches', '--tags', '--remotes'];

const LATER = [
  'log',
  '-z',
  '--no-color',
  '--no-notes',
  '--no-mailmap',
  '--encoding=UTF-8',
  '--format=tformat:%H%x00%B',
  '--regexp-ignore-case',
  '--extended-regexp',
  '--grep=^fixes:',
  '--grep=^this reverts ',
];

/**
 * Finds what the branches and tags of a clone say of earlier commits by `Fixes:` and by reverts, beyond what some ends
 * (full hashes) contain. A revert that was reverted itself is left out.
 *
 * @param untilS only commits of that time (seconds since 1970) and before.
 * @param most gives null where there are more commits than this to look at.
 */
export async function laterMentions(
  repository: string,
  ends: readonly string[],
  untilS: number | null,
  most: number,
): Promise<readonly Mention[] | null> {
  const range = [...TIPS, '--not', ...ends];
  const count = await firstToken(gitBytes(repository, ['rev-list', '--count', ...range, '--']));
  if (Number(count) > most) return null;
  const until = untilS === null ? [] : [`--until=@${untilS}`];
  const stream = tokens(gitBytes(repository, [...LATER, ...until, ...range, '--']), 0);
  const found: Mention[] = [];
  for await (const by of stream) {
    const text = await stream.next();
    if (text.done === true) break;
    const message = readMessage(text.value);
    for (const named of message.fixes) found.push({ named, by, kind: 'fixes' });
    // A reverted merge does not say which of the commits that it brought was at fault.
    for (const { commit, madeTo } of message.reverts)
      if (madeTo === null) found.push({ named: commit, by, kind: 'reverts' });
  }
  const hashes = await resolveCommits(
    repository,
    found.map(({ named }) => named),
  );
  const mentions = found.flatMap((mention): Mention[] => {
    const named = hashes.get(mention.named);
    return named === undefined ? [] : [{ ...mention, named }];
  });
  const reverted = new Set(mentions.flatMap(({ kind, named }) => (kind === 'reverts' ? [named] : [])));
  return mentions.filter(({ kind, by }) => kind === 'fixes' || !reverted.has(by));
}

/** The paths that each commit between ends (full hashes) changes against its parent. Merges are left out. */
export async function pathsBetween(
  repository: string,
  good: readonly string[],
  bad: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const paths = new Map<string, readonly string[]>();
  for await (const commit of commitLog(repository, [...bad, ...good.map((end) => `^${end}`)]))
    if (commit.parents.length === 1) paths.set(commit.hash, commit.files);
  return paths;
}

async function firstToken(chunks: AsyncIterable<Buffer>): Promise<string> {
  for await (const line of tokens(chunks, LF)) return line;
  return '';
}
