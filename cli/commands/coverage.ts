import { keptAnswer, stampOf } from '../../queries/kept/kept-answers.ts';
import { whoRanRecorded } from '../../queries/kept/kept-questions.ts';
import { loadWithRegressions } from '../../queries/kept/load-kept.ts';
import { coverage } from '../../queries/knowledge/coverage.ts';
import { knownTests, testsNamed } from '../../queries/results/tests-named.ts';
import { testsSeen } from '../../queries/results/tests-seen.ts';
import { whoRuns } from '../../queries/results/who-runs.ts';
import { codeId } from '../code-id.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { coveragePage } from '../output/page/coverage-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

/** Says which test was run by whom where since when, and what nobody ran. */
export async function coverageCommand(
  world: World,
  args: CommonArguments & { readonly tests?: string },
): Promise<number> {
  await withLog(world, args, async (store) => {
    const [view, code] = [viewOf(args), codeId()];
    const stamp = await stampOf(store, view, code);
    const model = await loadWithRegressions(store, view, code);
    const names = args.tests?.split(',').map((name) => name.trim());
    const asked = async (wanted: readonly string[]) => {
      const tests = new Set(testsNamed(model, await knownTests(store, model), wanted));
      return { tests, ran: await whoRuns(store, model, tests) };
    };
    const recorded = async () => {
      const known = new Set(model.of('TestRecorded').map(({ payload }) => payload.test));
      const others = (await testsSeen(store, view)).filter((test) => !known.has(test)).length;
      return { others, ran: await keptAnswer(store, view, code, whoRanRecorded, { model, stamp }) };
    };
    const document = coverage(model, names === undefined ? await recorded() : await asked(names));
    await writeAnswer(world, args, document, () => coveragePage(document));
  });
  return 0;
}
