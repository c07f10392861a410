import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { run } from '../../cli/run.ts';

/** What a command gave. */
export interface Answer {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** The part of `regline.bisect/1` that tests look at. */
export interface Standing {
  readonly session: string;
  readonly revision: number;
  readonly state: string;
  readonly waiting: string | null;
  readonly deeper: string | null;
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly suspects: number;
  readonly next: readonly { readonly version: string; readonly arch: string | null; readonly bits: number }[];
  readonly top: readonly { readonly change: string; readonly p: number; readonly axis: string | null }[];
  readonly regressions: readonly {
    readonly key: string;
    readonly state: string;
    readonly top: readonly { readonly change: string }[];
  }[];
  readonly axes: readonly { readonly axis: string; readonly p: number }[];
  readonly stateChanges: readonly {
    readonly changes: readonly { readonly kind: string; readonly from: string; readonly to: string }[];
  }[];
  readonly openParts: readonly {
    readonly session: string;
    readonly kind: string;
    readonly command: string;
  }[];
  readonly prefilled: readonly {
    readonly release: string;
    readonly verdict: string;
    readonly basis: string;
    readonly evidence: readonly string[];
  }[];
  readonly outcomes: readonly {
    readonly step: number;
    readonly version: string;
    readonly outcome: string;
    readonly regression: string | null;
    readonly patches: readonly string[];
    readonly event: string;
  }[];
}

/** A folder with logs, scripts and repositories that a test makes, and the commands on them, in this process. */
export class BisectLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'regline-lab-'));
  /** Whether commands die when they come to write into a log, as if they were killed just before. */
  dies = false;
  private logs = 0;
  private seconds = 1_112_912_000;

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs regline on a log, as a user would without a terminal. */
  async regline(db: string, ...args: readonly string[]): Promise<Answer> {
    let out = '';
    let err = '';
    const status = await run(args, {
      env: { NO_COLOR: '1', REGLINE_DB: db, REGLINE_ACTOR: 'lab' },
      stdin: nothing(),
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      columns: 100,
      isTerminal: false,
      errIsTerminal: false,
      now: () => {
        if (this.dies) throw new Error('killed');
        return new Date();
      },
      expectShortLife: () => undefined,
      endBySignals: () => () => undefined,
    });
    return { status, out, err };
  }

  /** A log of its own, and `regline bisect` on it. */
  session() {
    const db = join(this.folder, `${this.logs++}.db`);
    const bisect = (...args: readonly string[]) => this.regline(db, 'bisect', ...args);
    return {
      db,
      bisect,
      regline: (...args: readonly string[]) => this.regline(db, ...args),
      standing: async () => JSON.parse((await bisect('status', '--format', 'json')).out) as Standing,
    };
  }

  /** A session on a copy of a log: what another machine would have. */
  copied(from: string) {
    const session = this.session();
    for (const name of readdirSync(dirname(from)))
      if ([basename(from), `${basename(from)}-wal`].includes(name))
        cpSync(join(dirname(from), name), session.db + name.slice(basename(from).length));
    return session;
  }

  script(name: string, body: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  repository(name: string): Repository {
    const path = join(this.folder, name);
    mkdirSync(path);
    const repository = new Repository(path, () => (this.seconds += 60));
    repository.git('init', '-q', '-b', 'main');
    return repository;
  }

  /** A repository with a main line of so many commits, each of which adds its number as a line to a file. */
  mainline(name: string, count: number, file: string) {
    const repository = this.repository(name);
    return { repository, commits: Array.from({ length: count }, (_, n) => repository.add(String(n), file)) };
  }
}

/** A repository whose commits each get a minute of their own. */
export class Repository {
  readonly path: string;
  private readonly tick: () => number;

  constructor(path: string, tick: () => number) {
    this.path = path;
    this.tick = tick;
  }

  git(...args: readonly string[]): string {
    const date = `${this.tick()} +0000`;
    return execFileSync('git', ['-C', this.path, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@example.org',
        GIT_COMMITTER_NAME: 'A',
        GIT_COMMITTER_EMAIL: 'a@example.org',
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
      },
    }).trim();
  }

  /** Adds a line to a file, and commits it. */
  add(line: string, file: string): string {
    mkdirSync(dirname(join(this.path, file)), { recursive: true });
    appendFileSync(join(this.path, file), `${line}\n`);
    return this.commit(`Add ${line} to ${file}`);
  }

  commit(message: string): string {
    this.git('add', '-A');
    this.git('commit', '-q', '-m', message);
    return this.head();
  }

  merge(other: string): string {
    this.git('merge', '-q', '-m', 'a merge', other);
    return this.head();
  }

  head(): string {
    return this.git('rev-parse', 'HEAD');
  }

  /** Where the checkout is: its branch, or nothing. */
  branch(): string {
    return this.git('branch', '--show-current');
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // No standard input.
}
