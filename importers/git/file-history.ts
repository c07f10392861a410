import { commitOf, CloneError, gitBytes } from './run-git.ts';
import { tokens } from './tokens.ts';
import { LF } from '../source/characters.ts';

/** A commit of the main line of a repository, and the files that it changed. */
export interface HistoryStep {
  readonly commit: string;
  /** Seconds since 1970. */
  readonly authored: number;
  readonly committed: number;
  /** Paths with their new content's id; null where a file went away. */
  readonly files: readonly { readonly path: string; readonly blob: string | null }[];
}

const GONE = /^0+$/;

/**
 * The commits that changed some paths, oldest first, along first parents: what a branch had before it was merged was never in
 * force.
 *
 * @throws GitError when the clone has no such revision.
 */
export async function fileHistory(
  repository: string,
  revision: string,
  paths: readonly string[],
): Promise<readonly HistoryStep[]> {
  const tip = await commitOf(repository, revision);
  const args = [
    'log',
    '-z',
    '--first-parent',
    '-m',
    '--reverse',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--no-ext-diff',
    '--no-notes',
    '--no-color',
    '--format=%x01%H %at %ct',
    tip,
    '--',
    ...paths,
  ];
  const steps: HistoryStep[] = [];
  let files: { path: string; blob: string | null }[] = [];
  let entry: string | null = null;
  for await (const token of tokens(gitBytes(repository, args), 0)) {
    if (entry !== null) {
      const blob = entry.split(' ')[3]!;
      files.push({ path: token, blob: GONE.test(blob) ? null : blob });
      entry = null;
    } else if (token.startsWith('\u0001')) {
      const [commit, authored, committed] = token.slice(1).split(' ');
      files = [];
      steps.push({ commit: commit!, authored: Number(authored), committed: Number(committed), files });
    } else if (/^\n?:/.test(token)) entry = token.trimStart();
    else if (token !== '' && token !== '\n')
      throw new CloneError('git log wrote something that is no changed path', null);
  }
  return steps;
}

/** A file that is larger is no catalogue, and is not read. */
const LARGEST = 8 * 1024 * 1024;

/** Gives the contents of blobs, in their order; null for one that is too large or not there. */
export async function* blobContents(
  repository: string,
  blobs: readonly string[],
): AsyncGenerator<Buffer | null> {
  if (blobs.length === 0) return;
  let rest = Buffer.alloc(0);
  const stream = gitBytes(repository, ['cat-file', '--batch'], `${blobs.join('\n')}\n`);
  const more = async (): Promise<boolean> => {
    const next = await stream.next();
    if (next.done === true) return false;
    rest = Buffer.concat([rest, next.value]);
    return true;
  };
  try {
    // One answer for each question, in their order.
    for (const asked of blobs) {
      if (asked === '') continue;
      let end = rest.indexOf(LF);
      while (end < 0) {
        if (!(await more())) throw new CloneError('git cat-file ended too early', null);
        end = rest.indexOf(LF);
      }
      const header = rest.subarray(0, end).toString('latin1');
      rest = rest.subarray(end + 1);
      const match = /^[0-9a-f]+ (\w+) (\d+)$/.exec(header);
      if (!match) {
        yield null;
        continue;
      }
      const size = Number(match[2]);
      const parts: Buffer[] = [];
      let read = 0;
      // The line end after the content is skipped with it.
      while (read < size + 1) {
        if (rest.length === 0 && !(await more())) throw new CloneError('git cat-file ended too early', null);
        const part = rest.subarray(0, size + 1 - read);
        rest = rest.subarray(part.length);
        read += part.length;
        if (size <= LARGEST) parts.push(part);
      }
      yield size > LARGEST || match[1] !== 'blob' ? null : Buffer.concat(parts).subarray(0, size);
    }
  } finally {
    await stream.return(undefined);
  }
}
