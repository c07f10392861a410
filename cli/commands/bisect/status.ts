import { explainSuspect } from '../../../queries/bisect/beliefs/explain-suspect.ts';
import { painter, writeJson, type World } from '../../context.ts';
import { percent, shortVersion } from '../../output/bisect-text.ts';
import { safeText, wrap } from '../../output/safe-text.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import { withSession, type BisectArguments } from './open-session.ts';
import { show } from './show.ts';

/** Shows where a search stands; with `--why`, what makes one suspect (the likeliest) as likely as it is. */
export async function statusCommand(
  world: World,
  args: BisectArguments & { readonly why?: string },
): Promise<number> {
  return withSession(world, args, async (open) => {
    if (args.why === undefined) {
      show(world, args, open);
      return 0;
    }
    const { problem, outcomes, waiting, decision } = open.step;
    if (waiting.includes('bad')) throw new QueryError('there are no suspects yet', { hint: decision.why });
    const word = args.why;
    const explained = await Promise.all(
      problem.regressions.map(async (r, index) => {
        const likeliest = decision.regressions[index]?.top[0]?.version;
        const version = word === '' && likeliest !== undefined ? likeliest : await suspectNamed(word);
        return explainSuspect(problem, outcomes, version, r.key);
      }),
    );
    if (args.format === 'json') {
      const { leftOut } = open.history.hints;
      writeJson(world, { schema: 'regline.bisect-why/1', session: open.step.session.id, explained, leftOut });
      return 0;
    }
    const paint = painter(world, args);
    const width = Math.min(world.columns, 120);
    for (const e of explained) {
      const subject = open.history.subject(e.version);
      world.out(
        `${paint('bold', `${shortVersion(e.version)} for ${safeText(e.regression)}`)}${subject === null ? '' : ` ${safeText(subject)}`}\n`,
      );
      world.out(
        `  ${percent(e.p)} likely now, ${percent(e.prior)} before any test: ${factor(e.priorFactor)} the average\n`,
      );
      for (const f of e.factors)
        world.out(`  ${factor(f.factor).padStart(6)}  ${wrap(safeText(f.why), width, '          ')}\n`);
      for (const t of e.evidence)
        world.out(
          `  ${t.speaks.padEnd(8)}${shortVersion(t.version)}: ${t.bad} bad, ${t.good} good; this suspect predicts ${t.predicted}\n`,
        );
      for (const b of e.cannotBuild)
        world.out(
          `  ${b.broken.length} versions around it cannot be built; ${b.fixedBy.map(shortVersion).join(', ')} may fix the build: run --cherry-pick tests with it on top\n`,
        );
    }
    for (const what of open.history.hints.leftOut) world.out(`  ${safeText(what)}\n`);
    return 0;

    async function suspectNamed(text: string): Promise<string> {
      const isPair = open.step.session.start.payload.second !== undefined;
      return isPair ? text : open.history.resolve(text);
    }
  });
}

function factor(value: number): string {
  return `x${String(Math.round(value * 1000) / 1000)}`;
}
