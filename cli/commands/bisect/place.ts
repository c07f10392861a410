import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { databasePath, type CommonArguments, type World } from '../../context.ts';

/** What a session has on this machine: its clone, its worktree, its logs. Never part of the log. */
export interface Place {
  readonly folder: string;
  readonly repository: string | null;
  /** The folder that versions are checked out into; null: none is. */
  readonly tree: string | null;
}

interface Stored {
  readonly repository?: string;
  readonly tree?: string;
}

/** Finds the place of a session beside the database; `--repo` says anew where the clone is. */
export async function placeOf(
  world: World,
  args: CommonArguments & { readonly repo?: string | undefined },
  session: string,
): Promise<Place> {
  const folder = join(`${resolve(databasePath(world, args))}.bisect`, session);
  const stored = await readFile(join(folder, 'place.json'), 'utf8')
    .then((text) => JSON.parse(text) as Stored)
    .catch((): Stored => ({}));
  return {
    folder,
    repository: args.repo === undefined ? (stored.repository ?? null) : resolve(args.repo),
    tree: stored.tree ?? null,
  };
}

/** Keeps where a session's clone and worktree are. */
export async function keepPlace(place: Place): Promise<void> {
  await mkdir(place.folder, { recursive: true });
  const stored: Stored = {
    ...(place.repository === null ? {} : { repository: place.repository }),
    ...(place.tree === null ? {} : { tree: place.tree }),
  };
  await writeFile(join(place.folder, 'place.json'), `${JSON.stringify(stored)}\n`);
}

/** Forgets a session's place, but for the logs of its runs, which are evidence. */
export async function dropPlace(place: Place): Promise<void> {
  await rm(join(place.folder, 'place.json'), { force: true });
}
