import { gitBisectLog } from '../../../queries/bisect-session/git-log.ts';
import type { World } from '../../context.ts';
import { shortVersion } from '../../output/bisect-text.ts';
import { safeText } from '../../output/safe-text.ts';
import { withSession, type BisectArguments } from './open-session.ts';
import { show } from './show.ts';

/** Lists the outcomes of a session; with `--git` as `git bisect replay` takes them. */
export async function logOfSession(
  world: World,
  args: BisectArguments & { readonly git?: boolean },
): Promise<number> {
  return withSession(world, args, (open) => {
    const { session, decision } = open.step;
    if (args.format === 'json') show(world, args, open);
    else if (args.git === true) world.out(gitBisectLog(open.step, open.history.commitOf));
    else {
      if (open.step.waiting.length > 0) world.out(`status: ${decision.why}\n`);
      else if (session.outcomes.length === 0) world.out('nothing was tested yet\n');
      for (const { id, knownAt, payload: o } of session.outcomes) {
        const word = o.outcome === 'skip' ? `skip (${o.reason ?? 'build'})` : session.terms[o.outcome];
        const about = [o.regression, open.history.subject(o.version)].filter(
          (w) => w !== undefined && w !== null,
        );
        const patched =
          o.patches === undefined ? '' : ` with ${o.patches.map(shortVersion).join(', ')} on top`;
        world.out(
          `${id.slice(0, 8)} ${(knownAt ?? '').slice(0, 19)} ${String(o.step).padStart(3)} ${safeText(word).padEnd(5)} ${shortVersion(o.version)}${patched} ${safeText(about.join(': '))}`.trimEnd() +
            '\n',
        );
      }
    }
    return Promise.resolve(0);
  });
}
