import { commitOf } from '../../../importers/git/run-git.ts';
import { sessionsOf } from '../../../queries/recorded-sessions/session.ts';
import { loadModel } from '../../../queries/replay/load-model.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import { newEvent, type NewEvent } from '../../../store/events/event.ts';
import { withLog, type World } from '../../context.ts';
import { safeText } from '../../output/safe-text.ts';
import { decideInLog, type BisectArguments } from './open-session.ts';
import { forgetPlace, givePlaceBack, placeOf } from './place.ts';
import { withRunLock } from './run-lock.ts';
import { recordLeftBehind } from './run-pending.ts';

/**
 * Gives a session up, its worktree too; a checkout that was lent returns to where it stood, or to the commit that is named.
 * What it found out stays. Without an open session there is nothing to do, which is fine, as with git.
 */
export async function resetCommand(
  world: World,
  args: BisectArguments & { readonly reason?: string; readonly commit?: string },
): Promise<number> {
  return withLog(world, args, async (store) => {
    let head = (await store.head()).position;
    const sessions = sessionsOf(await loadModel(store));
    const name = args.session;
    const open = sessions.filter((s) => s.abandoned === null);
    const session = name === undefined ? open.at(-1) : sessions.filter((s) => s.id.startsWith(name)).at(-1);
    if (session === undefined) {
      if (name !== undefined) throw new QueryError(`no bisect session "${name}"`);
      world.err('no bisect session is open\n');
      return 0;
    }
    const place = await placeOf(world, args, session.id);
    if (args.commit !== undefined && place.origin === null)
      throw new QueryError(
        'this session has a worktree of its own, and your checkout stands where it stood',
        {
          hint: 'regline bisect reset, without a commit',
        },
      );
    if (await recordLeftBehind(world, store, place.folder)) head = (await store.head()).position;
    const to = args.commit === undefined ? null : await destination(place.tree, args.commit);
    const back = await withRunLock(world, place.folder, async () => {
      const at = await givePlaceBack(place, to);
      if (session.abandoned === null)
        await decideInLog(world, { store, head, session: session.id }, (at, by) => [
          abandonment(session.id, at, by, args.reason ?? 'reset'),
        ]);
      await forgetPlace(place);
      return at;
    });
    world.out(`${session.id} is given up; what it found out stays in the log\n`);
    if (back !== null) world.err(`back at ${safeText(back)}\n`);
    const others = open.filter((s) => s.id !== session.id).map((s) => s.id);
    if (others.length > 0) world.err(`still open: ${others.join(', ')}\n`);
    return 0;
  });
}

/** Where a reset goes: a branch by its name, anything else as a commit. */
async function destination(checkout: string, word: string): Promise<string> {
  const commit = await commitOf(checkout, word).catch((error: unknown) => {
    if (!/^(?:refs\/)?bisect\//.test(word) || !(error instanceof Error)) throw error;
    throw new QueryError(error.message, {
      hint: 'no refs/bisect are written into the clone; regline bisect status names the versions',
    });
  });
  const branch = await commitOf(checkout, `refs/heads/${word}`).catch(() => null);
  return branch === commit ? word : commit;
}

/** The event that gives a session up. */
export function abandonment(session: string, at: string, by: string, why: string): NewEvent {
  return newEvent({
    type: 'BisectAbandoned',
    stream: `bisect/${session}/abandoned/${at}`,
    knownAt: at,
    source: by,
    locator: 'regline bisect reset',
    payload: { confidence: 'verified', rev: 1, session, by, why },
  });
}
