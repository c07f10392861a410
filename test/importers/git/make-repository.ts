import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A commit to be made; parents are places in the list. */
export interface Planned {
  readonly parents: readonly number[];
  readonly message?: string;
  readonly author?: string;
  readonly time?: number;
  /** Paths that it writes; a merge writes none. */
  readonly files?: readonly string[];
  readonly tags?: readonly (string | { readonly name: string; readonly light: true })[];
}

export interface Made {
  readonly folder: string;
  /** Hashes of the commits, by place. */
  readonly hashes: readonly string[];
  git(...args: readonly string[]): string;
}

const root = mkdtempSync(join(tmpdir(), 'regline-git-'));
// A worker of vitest is ended by a signal and sees no exit.
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});
let count = 0;

/** Runs git in a repository of a test, without the settings of whoever runs it. */
export function gitIn(folder: string, args: readonly string[], input?: string | Buffer): string {
  return execFileSync('git', ['-C', folder, ...args], {
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
    env: { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' },
  });
}

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
/** Quoted as git fast-import wants it. */
const quoted = (path: string) => `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
export const MIDDAY = 1_700_000_000;

/** Makes a repository from a plan, in one go. */
export function makeRepository(plan: readonly Planned[]): Made {
  const folder = join(root, `r${++count}`);
  gitIn(root, ['init', '-q', '-b', 'main', folder]);
  const lines: string[] = [];
  plan.forEach((commit, at) => {
    const time = commit.time ?? MIDDAY + at * 60;
    // Parents by mark only: a branch of its own for each keeps fast-import from guessing one.
    lines.push(`commit refs/heads/c${at}\nmark :${at + 1}\n`);
    lines.push(`author ${commit.author ?? 'Ann'} <a@example.org> ${time} +0000\n`);
    lines.push(`committer Ann <a@example.org> ${time} +0000\n`);
    lines.push(data(commit.message ?? `change ${at}`));
    const [first, ...others] = commit.parents;
    if (first !== undefined) lines.push(`from :${first + 1}\n`);
    for (const parent of others) lines.push(`merge :${parent + 1}\n`);
    const files = commit.files ?? (commit.parents.length > 1 ? [] : [`f${at}`]);
    for (const file of files) lines.push(`M 100644 inline ${quoted(file)}\n${data(`${at}`)}`);
    for (const tag of commit.tags ?? []) {
      if (typeof tag !== 'string') lines.push(`reset refs/tags/${tag.name}\nfrom :${at + 1}\n\n`);
      else
        lines.push(
          `tag ${tag}\nfrom :${at + 1}\ntagger Ann <a@example.org> ${time + 1} +0000\n${data(`${tag} is out`)}`,
        );
    }
  });
  lines.push(`reset refs/heads/main\nfrom :${plan.length}\n\n`);
  gitIn(folder, ['fast-import', '--quiet', '--export-marks=.git/marks'], lines.join(''));
  const marks = new Map(
    execFileSync('cat', [join(folder, '.git/marks')], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((l) => l.split(' ') as [string, string]),
  );
  return {
    folder,
    hashes: plan.map((_, at) => marks.get(`:${at + 1}`)!),
    git: (...args) => gitIn(folder, args).trim(),
  };
}
