import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../../../store/errors.ts';
import type { NewEvent } from '../../../store/events/event.ts';
import type { EventStore } from '../../../store/event-store.ts';
import { handHeader } from '../../by-hand.ts';
import type { World } from '../../context.ts';
import { readLocal, replaceFile } from './local-file.ts';
import { withRunLock } from './run-lock.ts';

interface Pending {
  readonly at: string;
  readonly by: string;
  readonly events: readonly NewEvent[];
}

const nameIn = (folder: string) => join(folder, 'pending.json');

/**
 * Records what a run said so that it counts once, whenever the process is killed: written down first, then appended, then
 * forgotten. Events have the id of their content, so that appending what the log has already adds nothing.
 */
export async function recordOnce(
  store: EventStore,
  folder: string,
  at: string,
  by: string,
  events: readonly NewEvent[],
): Promise<void> {
  await replaceFile(nameIn(folder), JSON.stringify({ at, by, events } satisfies Pending));
  await recordPending(store, folder);
}

/** Records what an earlier run had found out when it was killed. */
export async function recordPending(store: EventStore, folder: string): Promise<void> {
  const pending = await readLocal(nameIn(folder), 'what the last run said is then asked for again');
  if (pending === null) return;
  const { at, by, events } = pending as Pending;
  await store.append(handHeader(at, by), events);
  await rm(nameIn(folder), { force: true });
}

/**
 * Records what a run had found out when it was killed, before another verb adds to the session. Tells whether there was
 * anything. A run that is not dead records it itself.
 */
export async function recordLeftBehind(world: World, store: EventStore, folder: string): Promise<boolean> {
  if ((await stat(nameIn(folder)).catch(() => null)) === null) return false;
  try {
    await withRunLock(world, folder, () => recordPending(store, folder));
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'conflict') return false;
    throw error;
  }
}
