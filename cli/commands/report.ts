import { knownAtStart, knownBefore } from '../../store/events/known-at.ts';
import { keptAnswer, stampOf } from '../../queries/kept/kept-answers.ts';
import { whoRanRecorded } from '../../queries/kept/kept-questions.ts';
import type { View } from '../../queries/model/view.ts';
import { codeId } from '../code-id.ts';
import { loadModel } from '../../queries/replay/load-model.ts';
import { expectInOrder } from '../../queries/model/expect-moment.ts';
import { weeklyReport } from '../../queries/knowledge/weekly-report.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { weeklyReportPage } from '../output/page/weekly-report-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { originsOf } from '../../queries/knowledge/origins.ts';

/** Writes the week's mail: what is new, changed and resolved since a day, and what nobody knows. */
export async function reportCommand(
  world: World,
  args: CommonArguments & { readonly since: string; readonly until?: string },
): Promise<number> {
  // What became known on the first day belongs to the report.
  expectInOrder(
    { option: 'since', value: args.since },
    args.until === undefined ? null : { option: 'until', value: args.until },
    knownAtStart,
  );
  await withLog(world, args, async (store) => {
    const view: View = { ...viewOf(args), ...(args.until === undefined ? {} : { asOf: args.until }) };
    const earlier = await loadModel(store, { ...viewOf(args), asOf: knownBefore(args.since) });
    const stamp = await stampOf(store, view, codeId());
    const later = await loadModel(store, view);
    const ran = await keptAnswer(store, view, codeId(), whoRanRecorded, { model: later, stamp });
    const document = {
      ...weeklyReport(earlier, later, await originsOf(store, later), ran),
      since: args.since,
    };
    await writeAnswer(world, args, document, () => weeklyReportPage(document));
  });
  return 0;
}
