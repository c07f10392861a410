import { mkdir, rm } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { checkOut, checkOutHere, goBack, removeWorktree, topOf } from '../../../importers/git/worktree.ts';
import { commitOf } from '../../../importers/git/run-git.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import { databasePath, type CommonArguments, type World } from '../../context.ts';
import { readLocal, replaceFile } from './local-file.ts';

/** What a session has on this machine: its clone, its worktree, its logs. Never part of the log. */
export interface Place {
  readonly folder: string;
  readonly repository: string | null;
  /** The folder that versions are checked out into. */
  readonly tree: string;
  /** Where the user's own checkout stood, when the session was told to use it; null: it is not touched. */
  readonly origin: string | null;
  /** Whether the verbs check out what comes next, as git does: since `--here` or `next --checkout`. */
  readonly follows: boolean;
  /** Where a checkout that was lent goes once there is an answer: back, or to the culprit; null: it stays. */
  readonly whenFound: WhenFound | null;
  /** Whether commands get versions by name alone, and nothing is checked out for them (`start --no-checkout`). */
  readonly byName: boolean;
}

/** A place as it is kept. */
type Kept = Omit<Place, 'tree'> & Partial<Pick<Place, 'tree'>>;

/** The folder of a session's first worktree. */
const OWN_TREE = 'tree';

export type WhenFound = 'original' | 'found';

interface Stored {
  readonly repository?: string;
  /** The worktree, where it is not the session's first one: from its folder. */
  readonly tree?: string;
  readonly origin?: string;
  readonly follows?: boolean;
  readonly whenFound?: WhenFound;
  readonly byName?: boolean;
}

/** Finds the place of a session beside the database; `--repo` says anew where the clone is. */
export async function placeOf(
  world: World,
  args: CommonArguments & { readonly repo?: string | undefined },
  session: string,
): Promise<Place> {
  const folder = join(`${resolve(databasePath(world, args))}.bisect`, session);
  const stored: Stored =
    (await readLocal(join(folder, 'place.json'), 'the session then wants its clone named with --repo')) ?? {};
  const repository = args.repo === undefined ? (stored.repository ?? null) : await topOf(resolve(args.repo));
  // A clone that is named anew is another checkout than the one that was lent.
  const origin = repository === stored.repository ? (stored.origin ?? null) : null;
  return {
    folder,
    repository,
    tree: origin === null || repository === null ? resolve(folder, stored.tree ?? OWN_TREE) : repository,
    origin,
    follows: stored.follows ?? false,
    byName: stored.byName ?? false,
    whenFound: origin === null ? null : (stored.whenFound ?? null),
  };
}

/** Keeps where a session's clone and worktree are; without a worktree it is the session's first one. */
export async function keepPlace({ tree, ...place }: Kept): Promise<void> {
  await mkdir(place.folder, { recursive: true });
  const own = tree === undefined || place.origin !== null ? OWN_TREE : relative(place.folder, tree);
  const stored: Stored = {
    ...(place.repository === null ? {} : { repository: place.repository }),
    ...(own === OWN_TREE ? {} : { tree: own }),
    ...(place.origin === null ? {} : { origin: place.origin }),
    ...(place.follows ? { follows: true } : {}),
    ...(place.byName ? { byName: true } : {}),
    ...(place.whenFound === null ? {} : { whenFound: place.whenFound }),
  };
  await replaceFile(join(place.folder, 'place.json'), `${JSON.stringify(stored)}\n`);
}

/** Checks a commit out where the session tests, and gives that folder. */
export async function checkOutAt(place: Place, commit: string): Promise<string> {
  if (place.repository === null) throw new Error('there is no clone to check out from');
  if (place.origin === null) await checkOut(place.repository, place.tree, commit);
  else await checkOutHere(place.tree, commit);
  return place.tree;
}

/** A session that goes on in a worktree of its own, without the checkout that it was lent or what it has handed on. */
export function onItsOwn({ folder, repository, byName }: Place): Kept {
  return { folder, repository, byName, origin: null, follows: false, whenFound: null };
}

/**
 * Hands what a session tests in on to another one that takes its place: the checkout that it was lent, or its worktree, with all that was
 * built there and under its name, for builds know where they are.
 */
export async function handOn(place: Place, folder: string): Promise<void> {
  await keepPlace({ ...place, folder });
  const tree = join(place.folder, `tree-after-${basename(folder)}`);
  await keepPlace({ ...onItsOwn(place), ...(place.origin === null ? { tree } : {}) });
}

/**
 * Gives back what a session used: its worktree goes, and a checkout that was lent returns to where it stood (or to `to`).
 * The logs of its runs stay, for they are evidence. Where the clone is stays known too, until the session is given up: one
 * that was killed in between goes on.
 */
export async function givePlaceBack(place: Place, to: string | null): Promise<string | null> {
  const { repository, origin, tree } = place;
  let back: string | null = null;
  if (repository !== null) {
    if (origin !== null) {
      back = to ?? origin;
      await leadBack(tree, back);
    } else await removeWorktree(repository, tree);
  }
  return back;
}

/**
 * Leads a checkout that was lent to where it stood.
 *
 * @throws QueryError when there is no such branch any more: somebody has renamed or deleted it, which git does not refuse.
 */
export async function leadBack(checkout: string, where: string): Promise<void> {
  const commit = await commitOf(checkout, where).catch(() => null);
  if (commit === null)
    throw new QueryError(`your checkout stood at ${where}, which is no more`, {
      hint: 'regline bisect reset REV leads it elsewhere',
    });
  await goBack(checkout, where);
}

/** Forgets where the clone of a session is that was given up, or never began. */
export async function forgetPlace({ folder }: Place): Promise<void> {
  await rm(join(folder, 'place.json'), { force: true });
}
