import { CloneError, gitBytes } from './run-git.ts';
import { tokens } from './tokens.ts';

/** A commit as git tells it. */
export interface Commit {
  readonly hash: string;
  readonly parents: readonly string[];
  readonly author: string;
  /** Seconds since 1970. */
  readonly authored: number;
  readonly committed: number;
  /** Subject and body, as written. */
  readonly message: string;
  /** The paths that it changes against its parent; none for a merge. */
  readonly files: readonly string[];
}

/** No byte of a message, a name or a path can be NUL, so that nothing in a commit can pretend to be another one. */
const FORMAT = '%x01%H%x00%P%x00%an%x00%at%x00%ct%x00%B%x00';

const ARGS = [
  'log',
  '-z',
  '--raw',
  '--no-abbrev',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--no-diff-merges',
  '--no-notes',
  '--no-color',
  '--no-mailmap',
  '--encoding=UTF-8',
  `--format=${FORMAT}`,
];

/**
 * Streams commits with their messages and paths.
 *
 * @param revisions lines for `git log --stdin`: full hashes, with `^` before what is not wanted.
 * @param paths only commits that touch these; all of them, also on branches whose work another branch undid.
 * @throws GitError when git fails, or says something that is not understood.
 */
export async function* commitLog(
  repository: string,
  revisions: readonly string[],
  options: { readonly paths?: readonly string[]; readonly walk?: boolean } = {},
): AsyncGenerator<Commit> {
  const { paths = [], walk = true } = options;
  if (revisions.length === 0) return;
  const args = [
    ...ARGS,
    ...(walk ? [] : ['--no-walk=unsorted']),
    ...(paths.length > 0 ? ['--full-history'] : []),
    '--stdin',
    '--',
    ...paths,
  ];
  const stream = tokens(gitBytes(repository, args, `${revisions.join('\n')}\n`), 0);
  let next = await stream.next();
  const take = async (): Promise<string> => {
    if (next.done === true) throw new CloneError('git log ended in the middle of a commit', null);
    const value = next.value;
    next = await stream.next();
    return value;
  };
  const peek = (): string | null => (next.done === true ? null : next.value);
  while (peek() !== null) {
    const head = await take();
    // What `--raw` ends a commit with, and the last terminator of all.
    if (head === '' || head === '\n') continue;
    if (!head.startsWith('\u0001') || !/^[0-9a-f]{40,64}$/.test(head.slice(1)))
      throw new CloneError('git log wrote something that is no commit', null);
    const [parents, author, authored, committed, message] = [
      await take(),
      await take(),
      await take(),
      await take(),
      await take(),
    ];
    const files: string[] = [];
    for (let more = peek(); more !== null && !more.startsWith('\u0001'); more = peek()) {
      const entry = await take();
      if (entry === '' || entry === '\n') continue;
      if (!/^\n?:/.test(entry)) throw new CloneError('git log wrote something that is no changed path', null);
      files.push(await take());
    }
    yield {
      hash: head.slice(1),
      parents: parents === '' ? [] : parents.split(' '),
      author,
      authored: Number(authored),
      committed: Number(committed),
      message,
      files,
    };
  }
}
