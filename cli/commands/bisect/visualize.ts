import { stepOf } from '../../../queries/bisect-session/step.ts';
import type { World } from '../../context.ts';
import { percent, shortVersion } from '../../output/bisect-text.ts';
import { safeText } from '../../output/safe-text.ts';
import { withSession, type BisectArguments } from './open-session.ts';
import { show } from './show.ts';

/** More than this nobody reads, and git would have to name. */
const MOST_LISTED = 1000;

/** Lists every suspect that is left, the likeliest first: one line each. */
export async function visualizeCommand(world: World, args: BisectArguments): Promise<number> {
  return withSession(world, args, async (open) => {
    const { session } = open.step;
    const step = stepOf(open.model, session, open.history, { ...open.options, listed: MOST_LISTED });
    if (args.format === 'json') {
      show(world, args, { ...open, step });
      return 0;
    }
    const several = step.decision.regressions.length > 1;
    for (const r of step.decision.regressions) {
      const suspects = r.top.slice(0, r.suspectCount);
      await open.history.learnSubjects(suspects.map((s) => s.version));
      if (several) world.out(`${safeText(r.regression)}:\n`);
      for (const { version, p } of suspects)
        world.out(
          `${percent(p).padStart(6)} ${shortVersion(version)} ${safeText(open.history.subject(version) ?? '')}`.trimEnd() +
            '\n',
        );
      if (r.suspectCount > suspects.length) world.out(`and ${r.suspectCount - suspects.length} more\n`);
    }
    return 0;
  });
}
