import { answersOf } from '../../queries/answers.ts';
import type { Regression } from '../../queries/documents.ts';
import { loadModel } from '../../queries/load.ts';
import { tracking, type Tracking } from '../../queries/tracking.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { regressionsPage } from '../output/page/regressions-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

/** Everything that is wrong, or was: what the replay finds, and what the tracker was told. */
export interface RegressionsDocument extends Tracking {
  readonly schema: 'regline.regressions/1';
  readonly asOf: string | null;
  readonly regressions: readonly Pick<
    Regression,
    | 'id'
    | 'title'
    | 'kind'
    | 'behaviour'
    | 'consumers'
    | 'archs'
    | 'affected'
    | 'fixes'
    | 'reported'
    | 'evidence'
  >[];
}

export async function regressionsCommand(world: World, args: CommonArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const model = await loadModel(store, viewOf(args));
    const document: RegressionsDocument = {
      schema: 'regline.regressions/1',
      asOf: model.view.asOf ?? null,
      regressions: answersOf(model).regressions.map(({ document: r }) => ({
        id: r.id,
        title: r.title,
        kind: r.kind,
        behaviour: r.behaviour,
        consumers: r.consumers,
        archs: r.archs,
        affected: r.affected,
        fixes: r.fixes,
        reported: r.reported,
        evidence: r.evidence,
      })),
      ...tracking(model),
    };
    await writeAnswer(world, args, document, () => regressionsPage(document));
  });
  return 0;
}
