import type { EventStore } from '../../store/event-store.ts';
import { shareFailing } from '../regressions/answers.ts';
import type { View } from '../model/view.ts';
import { loadModel } from '../replay/load-model.ts';
import type { Model } from '../model/model.ts';
import { keptAnswer } from './kept-answers.ts';
import { howTestsFail } from './kept-questions.ts';

/**
 * Loads the model of a view for a question that asks for regressions. How tests fail, which is told from every result of theirs, is taken from
 * what is kept.
 *
 * @param code names the code that answers, as for `keptAnswer`
 * @throws QueryError when the view's date is no date.
 */
export async function loadWithFailures(store: EventStore, view: View, code: string | null): Promise<Model> {
  const model = await loadModel(store, view);
  shareFailing(model, await keptAnswer(store, view, code, howTestsFail, () => model));
  return model;
}
