import { writeJson, type World } from '../../context.ts';
import { withSession, type BisectArguments } from './open-session.ts';

/** Says the words for good and bad; with `--term-good` or `--term-bad` only that one. */
export async function termsCommand(
  world: World,
  args: BisectArguments & { readonly termGood?: boolean; readonly termBad?: boolean },
): Promise<number> {
  return withSession(world, args, ({ step }) => {
    const { terms } = step.session;
    if (args.format === 'json') writeJson(world, { schema: 'regline.bisect-terms/1', ...terms });
    else if (args.termGood === true) world.out(`${terms.good}\n`);
    else if (args.termBad === true) world.out(`${terms.bad}\n`);
    else world.out(`${terms.good} is the old state, ${terms.bad} the new one\n`);
    return Promise.resolve(0);
  });
}
