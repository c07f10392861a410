import { git } from '../../../importers/git/run-git.ts';
import { whereIs } from '../../../importers/git/worktree.ts';
import { sessionsOf } from '../../../queries/recorded-sessions/session.ts';
import type { Model } from '../../../queries/model/model.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import type { World } from '../../context.ts';
import { placeOf, type Place } from './place.ts';
import type { StartArguments } from './start-arguments.ts';

/** The open session that was lent the same checkout before: it gives it on, and with it the way back. */
export async function lenderOf(
  world: World,
  args: StartArguments,
  model: Model,
  repository: string | null,
): Promise<(Place & { readonly session: string }) | null> {
  for (const { id, abandoned } of sessionsOf(model)) {
    if (abandoned !== null) continue;
    const place = await placeOf(world, { ...args, repo: undefined }, id);
    if (place.origin !== null && place.repository === repository) return { ...place, session: id };
  }
  return null;
}

/** Where the user's own checkout stands, which the search may use. */
export async function lentCheckout(repository: string | null): Promise<string> {
  if (repository === null) throw new QueryError('--here needs a clone', { hint: 'add --repo DIR' });
  if ((await git(repository, 'rev-parse', '--is-bare-repository')) === 'true')
    throw new QueryError('a bare clone has no checkout', {
      hint: 'leave --here out: the search makes a worktree',
    });
  return whereIs(repository);
}
