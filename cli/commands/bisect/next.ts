import { QueryError } from '../../../queries/model/query-error.ts';
import type { World } from '../../context.ts';
import { bothNext } from './ahead.ts';
import { shortVersion } from '../../output/bisect-text.ts';
import { safeText } from '../../output/safe-text.ts';
import { withSessionToChange, type BisectArguments } from './open-session.ts';
import { followCheckout } from './follow-checkout.ts';
import { checkOutAt, keepPlace } from './place.ts';
import { withRunLock } from './run-lock.ts';
import { settled, show } from './show.ts';

/**
 * Says what to test next, and exits with 1 where nothing is. With `--checkout` it is checked out in the session's own
 * worktree, and so is from then on whatever comes next; with `--ahead` it says what comes after either outcome. Where the
 * session follows git's habit, it leads a checkout back that was moved by hand meanwhile; not where it is only asked what
 * several machines could test.
 */
export async function nextCommand(
  world: World,
  args: BisectArguments & { readonly checkout?: boolean; readonly ahead?: boolean },
): Promise<number> {
  return withSessionToChange(world, args, async ({ store }) => {
    const open = await settled(world, args, store);
    const [next] = open.step.decision.next;
    const ahead = args.ahead === true && next !== undefined ? await bothNext(open, next) : undefined;
    show(world, args, open, ahead);
    if (args.checkout === true && next !== undefined) {
      const commit = open.history.commitOf(next.version);
      if (open.place.repository === null || commit === null)
        throw new QueryError('this session has no clone to check out from', { hint: 'add --repo DIR' });
      const where = await withRunLock(world, open.place.folder, async () => {
        await keepPlace({ ...open.place, follows: true });
        return checkOutAt(open.place, commit);
      });
      world.err(`${shortVersion(next.version)} is checked out in ${safeText(where)}\n`);
    } else if (next !== undefined && !isForOthers(args)) await followCheckout(world, open);
    return next === undefined ? 1 : 0;
  });
}

/** Whether a question is about what is tested elsewhere, or later. */
function isForOthers({ machines, underWay, ahead }: BisectArguments & { readonly ahead?: boolean }): boolean {
  return machines !== undefined || underWay !== undefined || ahead === true;
}
