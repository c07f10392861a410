import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../../../store/errors.ts';
import { lockFile } from '../../../store/sqlite/process-lock.ts';
import type { World } from '../../context.ts';
import { replaceFile } from './local-file.ts';

/** A process, and when it began: numbers are used again, a number with its beginning is not. */
interface Process {
  readonly pid: number;
  /** In clock ticks since the machine began, where the system tells (Linux). */
  readonly began: string | null;
}

/** Who works in a session's worktree on this machine, and the command that it runs. */
interface Held {
  readonly by: Process;
  readonly command: Process | null;
}

/** Tells which command runs now, so that somebody who comes after a killed run can end it. */
export type Running = (pid: number | null) => Promise<void>;

/**
 * Holds a session's place on this machine while something works in it. Two runs in one worktree would test each other's
 * versions; one that was killed leaves its command behind, which is ended first.
 *
 * @throws StoreError with code `conflict` when somebody else works there.
 */
export async function withRunLock<T>(
  world: World,
  folder: string,
  work: (running: Running) => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'running.json');
  const unlock = lockFile(join(folder, 'running.lock'));
  if (unlock === null) throw await worksThere(path);
  try {
    await endCommandLeftBehind(world, path);
    const by = await processOf(process.pid);
    const note = async (pid: number | null) => {
      const command = pid === null ? null : await processOf(pid);
      await replaceFile(path, JSON.stringify({ by, command } satisfies Held));
    };
    await note(null);
    return await work(note);
  } finally {
    await rm(path, { force: true });
    unlock();
  }
}

async function worksThere(path: string): Promise<StoreError> {
  const held = await heldBy(path);
  // Between the lock and the note of its holder there is a moment.
  const who = held === null || !(await isAlive(held.by)) ? '' : ` (process ${held.by.pid})`;
  return new StoreError(
    'conflict',
    `another regline${who} works in this session's worktree`,
    'wait for it, or end it; what it has recorded stays',
  );
}

async function endCommandLeftBehind(world: World, path: string): Promise<void> {
  const command = (await heldBy(path))?.command ?? null;
  if (command === null || !(await isAlive(command))) return;
  world.err(`regline: ending the command that a killed run left behind (process ${command.pid})\n`);
  endGroup(command.pid);
}

/** Null: nobody, or a note that a killed process did not finish. */
async function heldBy(path: string): Promise<Held | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Held;
  } catch {
    return null;
  }
}

/** Ends a command with its children: it leads a process group of its own. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It was gone already.
  }
}

async function processOf(pid: number): Promise<Process> {
  return { pid, began: (await statOf(pid))?.began ?? null };
}

async function isAlive({ pid, began }: Process): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const now = await statOf(pid);
  // Without /proc the number has to do.
  if (now === null) return true;
  // One that has ended and waits for its parent to ask (Z) does nothing any more.
  return now.state !== 'Z' && (began === null || now.began === began);
}

/** State and beginning of a process, fields 3 and 22 of /proc/PID/stat; the name before them may hold blanks and brackets. */
async function statOf(pid: number): Promise<{ state: string; began: string } | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const [state, began] = [fields[0], fields[19]];
  return state === undefined || began === undefined ? null : { state, began };
}
