import { commitOf } from '../../../importers/git/run-git.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import { StoreError } from '../../../store/errors.ts';
import type { World } from '../../context.ts';
import { shortVersion } from '../../output/bisect-text.ts';
import { safeText } from '../../output/safe-text.ts';
import type { OpenSession } from './open-session.ts';
import { checkOutAt, keepPlace, leadBack, onItsOwn, type Place, type WhenFound } from './place.ts';
import { withRunLock } from './run-lock.ts';

/**
 * Checks out what comes next where the session follows git's habit; with an answer, a checkout that was lent may go back.
 * While a run tests there nothing is checked out under its feet: the run itself goes on to what comes next.
 */
export async function followCheckout(world: World, open: OpenSession): Promise<void> {
  if (!open.place.follows) return;
  try {
    await withRunLock(world, open.place.folder, () => follow(world, open));
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'conflict') throw error;
    world.err(`nothing is checked out: ${error.message}\n`);
  }
}

async function follow(world: World, { place, step, history }: OpenSession): Promise<void> {
  const { state, next, regressions } = step.decision;
  if (state === 'concluded' && place.origin !== null && place.whenFound !== null) {
    const culprit = regressions[0]!.top[0]!.version;
    const to = place.whenFound === 'found' ? history.commitOf(culprit)! : place.origin;
    await leadBack(place.tree, to);
    await keepPlace(onItsOwn(place));
    world.err(`your checkout is at ${safeText(shortVersion(to))}\n`);
    return;
  }
  const commit = next[0] === undefined ? null : history.commitOf(next[0].version);
  if (commit === null) return;
  const where = await checkOutAt(place, commit);
  world.err(`${shortVersion(commit)} is checked out in ${safeText(where)}\n`);
}

/** The commit that is checked out where the session tests, where it follows git's habit. */
export async function checkedOutAt({ follows, tree }: Place): Promise<string | null> {
  return follows ? commitOf(tree, 'HEAD').catch(() => null) : null;
}

/**
 * Reads `--reset-when-found`.
 *
 * @param origin where the checkout that was lent stood; null: none was lent.
 * @throws QueryError for another word, and where no checkout was lent.
 */
export function whenFoundOf(word: string | undefined, origin: string | null): WhenFound | null {
  if (word === undefined) return null;
  if (word !== 'original' && word !== 'found')
    throw new QueryError(`--reset-when-found "${word}" is neither original nor found`);
  if (origin === null)
    throw new QueryError('--reset-when-found is for a checkout that is lent', {
      hint: 'start --here lends it; without, your checkout stays where it is',
    });
  return word;
}
