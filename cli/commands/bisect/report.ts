import { bisectReport } from '../../../queries/bisect-session/report.ts';
import { writeJson, type World } from '../../context.ts';
import { safeText } from '../../output/safe-text.ts';
import { withSession, type BisectArguments } from './open-session.ts';

/** Writes what was found as a mail. */
export async function reportCommand(world: World, args: BisectArguments): Promise<number> {
  return withSession(world, args, (open) => {
    const mail = bisectReport(open.step);
    if (args.format === 'json') writeJson(world, { schema: 'regline.bisect-report/1', mail });
    else
      world.out(
        mail
          .split('\n')
          .map((l) => safeText(l))
          .join('\n'),
      );
    return Promise.resolve(0);
  });
}
