import { bisectDocument } from '../../../queries/bisect-session/document.ts';
import { stepOf } from '../../../queries/bisect-session/step.ts';
import type { World } from '../../context.ts';
import { percent, suspectText } from '../../output/bisect-text.ts';
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
    await open.history.learnSubjects(step.decision.regressions.flatMap((r) => r.top.map((t) => t.version)));
    const { regressions } = bisectDocument(step);
    for (const r of regressions) {
      const suspects = r.top.slice(0, r.suspects);
      if (regressions.length > 1) world.out(`${safeText(r.key)}:\n`);
      for (const s of suspects) world.out(`${percent(s.p).padStart(5)} ${suspectText(s)}\n`);
      if (r.suspects > suspects.length) world.out(`and ${r.suspects - suspects.length} more\n`);
    }
    return 0;
  });
}
