import { wholeTimeline } from '../../queries/kept/kept-questions.ts';
import { loadForCells } from '../../queries/kept/load-kept.ts';
import { timeline } from '../../queries/tables/timeline.ts';
import { painter, withLog, type CommonArguments, type World } from '../context.ts';
import { timelinePage } from '../output/page/timeline-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { timelineText } from '../output/timeline-text.ts';
import { answered } from './answered.ts';
import { cellsOf, type CellArguments } from './cells.ts';

/** Lists what changed for each consumer, oldest first. */
export async function timelineCommand(world: World, args: CommonArguments & CellArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = await answered(store, args, cellsOf(args), wholeTimeline, timeline, loadForCells);
    if (args.format === 'text') world.out(timelineText(document, world.columns, painter(world, args)));
    else await writeAnswer(world, args, document, () => timelinePage(document));
  });
  return 0;
}
