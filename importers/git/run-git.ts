import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** git could not do what it was asked to. */
export class GitError extends Error {
  readonly exitCode: number | null;

  constructor(message: string, exitCode: number | null) {
    super(message);
    this.name = 'GitError';
    this.exitCode = exitCode;
  }
}

/** What a clone holds cannot be read: it is damaged, of another kind, or not there. */
export class CloneError extends GitError {}

/** What a clone's own configuration could make git start, turned off: a clone may come from anybody. */
const SAFE = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'protocol.ext.allow=never',
  '--no-pager',
];

/**
 * For reading what a clone holds and nothing else: replacement refs, and grafts as they were before them, are somebody's
 * private view of history, and a partial clone must not go and fetch with a command that its own configuration names.
 */
const READ_ONLY = [
  '--no-replace-objects',
  '-c',
  'protocol.allow=never',
  '-c',
  'log.showSignature=false',
  '-c',
  'advice.graftFileDeprecated=false',
];

/** What git says beside its output is kept up to here; of that an error shows less. */
const STDERR_BYTES = 65_536;
const SHOWN_BYTES = 4096;

const withBadCommitGraph = new Set<string>();

/** Has git read the commits of a clone themselves from now on: its commit-graph is damaged, and git would trust it. */
export function avoidCommitGraph(repository: string): void {
  withBadCommitGraph.add(repository);
}

/** Variables by which git is told of another repository than the one that is asked: `git rev-parse --local-env-vars`. */
const OF_ANOTHER_REPOSITORY = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_GRAFT_FILE',
  'GIT_SHALLOW_FILE',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
];

/** Gives an environment without what a hook or an alias of git left in it: else git would work on that repository instead. */
export function withoutRepository(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OF_ANOTHER_REPOSITORY.includes(name)));
}

function start(repository: string, args: readonly string[], reading = false) {
  const ownCommits = withBadCommitGraph.has(repository) ? ['-c', 'core.commitGraph=false'] : [];
  return spawn('git', [...SAFE, ...(reading ? READ_ONLY : []), ...ownCommits, '-C', repository, ...args], {
    shell: false,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...withoutRepository(process.env),
      LC_ALL: 'C',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      ...(reading ? { GIT_NO_LAZY_FETCH: '1', GIT_GRAFT_FILE: '/dev/null' } : {}),
    },
  });
}

/**
 * Runs git without a shell and gives its output line by line, as it comes. A reader that stops early ends git.
 *
 * @throws GitError when git is missing or exits with anything but 0; its message holds what git said.
 */
export async function* gitLines(
  repository: string,
  args: readonly string[],
  reading = false,
): AsyncGenerator<string> {
  const child = start(repository, args, reading);
  child.stdin.end();
  yield* outputOf(child, repository, args, () =>
    createInterface({ input: child.stdout, crlfDelay: Infinity }),
  );
}

/**
 * Runs git as a reader of history (no replacement refs, no fetching) and gives its output in chunks of bytes.
 *
 * @param input what git reads from its standard input, for lists that are too long to be arguments.
 * @param hear gets what git says beside its output, its warnings, where it ends well.
 * @throws GitError as `gitLines`.
 */
export async function* gitBytes(
  repository: string,
  args: readonly string[],
  input = '',
  hear?: (said: string) => void,
): AsyncGenerator<Buffer> {
  const child = start(repository, args, true);
  // git may end before it has read all of it; why it ended is told by its exit code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  yield* outputOf(child, repository, args, () => child.stdout as AsyncIterable<Buffer>, hear);
}

async function* outputOf<T>(
  child: ReturnType<typeof start>,
  repository: string,
  args: readonly string[],
  output: () => AsyncIterable<T>,
  hear?: (said: string) => void,
): AsyncGenerator<T> {
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < STDERR_BYTES) said += chunk.toString('utf8');
  });
  child.stdin.on('error', () => undefined);
  const failed = new Promise<Error | null>((resolve) => {
    child.once('error', resolve);
    child.once('close', () => {
      resolve(null);
    });
  });
  try {
    for await (const piece of output()) yield piece;
    const error = await failed;
    if (error !== null)
      throw new GitError(
        (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'git is not installed' : error.message,
        null,
      );
    if (child.exitCode !== 0)
      throw new CloneError(
        `${repository}: ${
          said
            .trim()
            .slice(0, SHOWN_BYTES)
            .replace(/^fatal: /, '') || `git ${args[0] ?? ''} failed`
        }`,
        child.exitCode,
      );
    hear?.(said);
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill();
      await once(child, 'close').catch(() => undefined);
    }
  }
}

/** Runs git and gives all of its output, without the last line end. */
export async function git(repository: string, ...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for await (const line of gitLines(repository, args)) lines.push(line);
  return lines.join('\n');
}

/**
 * Names the commit that a revision is, in full. What begins with `-` is a revision all the same and never an option.
 *
 * @throws GitError when the clone has no such commit.
 */
export async function commitOf(repository: string, revision: string): Promise<string> {
  // git before 2.30 has no --end-of-options for rev-parse --verify, but it never takes what follows ^{commit} for one.
  if (revision.startsWith('-') || revision === '' || /[\u0000-\u001f\u007f]/.test(revision))
    throw new GitError(`"${revision}" is no revision`, null);
  try {
    const named = (what: string) =>
      git(repository, 'rev-parse', '--verify', '--quiet', '--end-of-options', what);
    // `:/words` is the youngest commit with these words, and takes whatever stands behind for words too.
    const object = revision.startsWith(':/') ? await named(revision) : revision;
    const found = await named(`${object}^{commit}`);
    const commit = found.split('\n').at(-1) ?? '';
    if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) return commit;
  } catch (error) {
    if (
      !(error instanceof GitError) ||
      error.exitCode === null ||
      (error.exitCode === 128 && error.message.includes('not a git repository'))
    )
      throw error;
  }
  const isShallow = await git(repository, 'rev-parse', '--is-shallow-repository').catch(() => '');
  const hint = isShallow === 'true' ? ', and is shallow (git fetch --unshallow)' : '';
  throw new GitError(`the clone has no commit "${revision}"${hint}`, null);
}
