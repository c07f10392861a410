import { spawn } from 'node:child_process';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { withoutRepository } from '../../../importers/git/run-git.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import type { World } from '../../context.ts';
import { liveLine } from '../../output/live-line.ts';
import { endGroup, type Running } from './run-lock.ts';
import { outputInto } from './run-output.ts';

/** How a script ended. */
export interface Ended {
  /** Null: by a signal, or because it took too long. */
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly log: { readonly sha256: string; readonly name: string };
  readonly path: string;
  readonly durationS: number;
}

/** The command that is run for each version. */
export interface Script {
  readonly program: string;
  readonly words: readonly string[];
  readonly timeoutS: number | null;
  /** Where its logs are kept. */
  readonly folder: string;
}

/** What differs from run to run. */
export interface OneRun {
  readonly where: string;
  /** The log's name, without its ending. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs a command without a shell, in a process group of its own; all that it prints goes into a log of its own. A log is
 * never written over: what was taken back may count again.
 *
 * @throws QueryError when there is no such program, StoreError when its output cannot be kept.
 */
export async function runScript(
  world: World,
  script: Script,
  { where, name, env }: OneRun,
  running: Running,
): Promise<Ended> {
  await mkdir(script.folder, { recursive: true });
  const part = join(script.folder, `${name}.part`);
  const live = liveLine(world);
  const began = performance.now();
  const child = spawn(await programIn(script.program, where), script.words, {
    cwd: where,
    env: { ...withoutRepository(process.env), ...withoutRepository(world.env), ...env },
    shell: false,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = outputInto(part, child, (chunk) => {
    live.said(chunk);
  });
  const { pid } = child;
  // The command's own children die with it.
  const killAll = () => {
    if (pid !== undefined) endGroup(pid);
  };
  process.once('exit', killAll);
  const state = { timedOut: false };
  const timer =
    script.timeoutS === null
      ? null
      : setTimeout(() => {
          state.timedOut = true;
          killAll();
        }, script.timeoutS * 1000);
  let code: number | null;
  let sha256: string;
  let isReadOut = true;
  try {
    const ended = new Promise<number | null>((done, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        reject(cannotRun(script.program, error));
      });
      child.once('exit', done);
    });
    // Whoever waits below must see a failure that comes before that.
    ended.catch(() => undefined);
    if (pid !== undefined) await running(pid);
    code = await Promise.race([ended, output.failed]);
    if (timer !== null) clearTimeout(timer);
    isReadOut = await output.readOut();
  } catch (error) {
    killAll();
    throw error;
  } finally {
    if (timer !== null) clearTimeout(timer);
    live.stop();
    process.removeListener('exit', killAll);
    sha256 = await output.close();
  }
  if (!isReadOut) world.err('  what it left running is not waited for\n');
  await running(null);
  const kept = await keep(script.folder, part, name);
  return {
    code: state.timedOut ? null : code,
    timedOut: state.timedOut,
    log: { sha256, name: kept },
    path: join(script.folder, kept),
    durationS: (performance.now() - began) / 1000,
  };
}

/** Removes the logs of runs that were killed. */
export async function dropUnfinishedLogs(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [] as string[]);
  for (const name of names) if (name.endsWith('.part')) await rm(join(folder, name), { force: true });
}

/** A program with a path: that of the version under test where it has one, else the one that the user sees from here. */
async function programIn(program: string, where: string): Promise<string> {
  if (!program.includes('/')) return program;
  const there = resolve(where, program);
  return (await stat(there).catch(() => null)) === null ? resolve(program) : there;
}

function cannotRun(program: string, error: NodeJS.ErrnoException): QueryError {
  const says =
    error.code === 'ENOENT'
      ? `there is no program "${program}"`
      : error.code === 'EACCES'
        ? `"${program}" is not executable`
        : `"${program}" cannot be run: ${error.message}`;
  return new QueryError(says, {
    hint:
      error.code === 'EACCES'
        ? 'chmod +x makes it so; nothing was recorded'
        : "name a program, with ./ where it lies in this folder; for words of a shell: sh -c '…'",
  });
}

async function keep(folder: string, part: string, name: string): Promise<string> {
  for (let n = 1; ; n++) {
    const kept = n === 1 ? `${name}.log` : `${name}.${n}.log`;
    if ((await stat(join(folder, kept)).catch(() => null)) !== null) continue;
    await rename(part, join(folder, kept));
    return kept;
  }
}
