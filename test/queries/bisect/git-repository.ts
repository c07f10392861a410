import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VersionRecord } from '../../../queries/bisect/graph/graph.ts';

/** A throw-away repository of empty commits: git itself, to compare with. */
export interface GitRepository {
  readonly path: string;
  /** The hashes that git gave, by the names of the records. */
  readonly hashOf: ReadonlyMap<string, string>;
  /** Runs git; gives its stdout. Throws when it fails, unless `mayFail`. */
  readonly git: (args: readonly string[], mayFail?: boolean, input?: string) => string;
  readonly remove: () => void;
}

/** A commit to make; without files it is an empty one. */
export interface CommitRecord extends VersionRecord {
  /** The whole content of the tree, by path. */
  readonly files?: ReadonlyMap<string, string>;
}

/** Builds a repository with one commit for each record, parents first; the last one is the branch `main`. */
export function gitRepositoryOf(
  records: readonly CommitRecord[],
  options: readonly string[] = [],
): GitRepository {
  const path = mkdtempSync(join(tmpdir(), 'bisect-git-'));
  const environment = {
    PATH: process.env.PATH,
    HOME: path,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    LC_ALL: 'C',
  };
  const git = (args: readonly string[], mayFail = false, input = ''): string => {
    try {
      return execFileSync('git', ['-C', path, ...args], {
        encoding: 'utf8',
        env: environment,
        input,
        maxBuffer: 2 ** 30,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    } catch (error) {
      if (mayFail && error instanceof Error && 'stdout' in error) return String(error.stdout);
      throw error;
    }
  };
  git(['init', '-q', '-b', 'main', ...options]);
  const mark = new Map(records.map((record, index) => [record.name, index + 1]));
  let stream = '';
  const parts: string[] = [];
  for (const record of records) {
    const date = record.committedAtS ?? 0;
    // One branch, moved about by `reset`; the message keeps twins (same parents, same second) apart.
    stream = `reset refs/heads/main\n\ncommit refs/heads/main\nmark :${mark.get(record.name)!}\n`;
    stream += `committer a <a@b> ${date} +0000\ndata ${record.name.length}\n${record.name}\n`;
    record.parents.forEach((parent, index) => {
      stream += `${index === 0 ? 'from' : 'merge'} :${mark.get(parent)!}\n`;
    });
    if (record.files !== undefined) stream += 'deleteall\n';
    for (const [path, content] of record.files ?? [])
      stream += `M 100644 inline ${path}\ndata ${content.length}\n${content}\n`;
    parts.push(`${stream}\n`);
  }
  const marksFile = join(path, 'marks');
  git(['fast-import', '--quiet', '--force', `--export-marks=${marksFile}`], false, parts.join(''));
  const names = records.map((record) => record.name);
  const hashOf = new Map<string, string>();
  for (const line of readFileSync(marksFile, 'utf8').trim().split('\n')) {
    const [number, hash] = line.split(' ');
    hashOf.set(names[Number(number!.slice(1)) - 1]!, hash!);
  }
  return {
    path,
    hashOf,
    git,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}
