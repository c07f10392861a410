import type { EventStore } from '../../store/event-store.ts';
import type { Model } from '../model/model.ts';
import type { View } from '../model/view.ts';
import { share } from '../regressions/answers.ts';
import { readRegressions } from '../regressions/written-regressions.ts';
import { loadModel, loadRated } from '../replay/load-model.ts';
import { ratedAs } from '../results/compilers-apart.ts';
import { findKept, keptAnswer, stampOf } from './kept-answers.ts';
import { howTestsFare, regressionsInFull } from './kept-questions.ts';

/**
 * Loads the model of a view for a question that asks for cells and for no regressions. How tests fare that passed and failed at one place,
 * which is told from every result of theirs, is taken from what is kept, where a question about regressions has kept it.
 *
 * @param code names the code that answers, as for `keptAnswer`
 * @throws QueryError when the view's date is no date.
 */
export async function loadForCells(store: EventStore, view: View, code: string | null): Promise<Model> {
  return (await loadFromKept(store, view, code)) ?? (await loadModel(store, view));
}

/**
 * Loads the model of a view for a question that asks for regressions. They are taken from what is kept; where nothing is, and can be, they
 * are worked out and kept.
 *
 * @param code names the code that answers, as for `keptAnswer`
 * @throws QueryError when the view's date is no date.
 */
export async function loadWithRegressions(
  store: EventStore,
  view: View,
  code: string | null,
): Promise<Model> {
  const stamp = await stampOf(store, view, code);
  const kept = await findKept(store, view, code, regressionsInFull);
  const model = await loadForCells(store, view, code);
  if (kept !== null && (await kept.holds()))
    share(model, { found: () => readRegressions(model, kept.read()) });
  else if (stamp !== null && store.notes?.write !== undefined)
    for (const question of [howTestsFare, regressionsInFull])
      await keptAnswer<unknown>(store, view, code, question, { model, stamp });
  return model;
}

/** Null where nothing is kept, or the log has grown since. */
async function loadFromKept(store: EventStore, view: View, code: string | null): Promise<Model | null> {
  const kept = await findKept(store, view, code, howTestsFare);
  if (kept === null) return null;
  const { failing, buildsApart } = kept.read();
  const model = await loadRated(store, view, ratedAs(buildsApart));
  if (!(await kept.holds())) return null;
  share(model, { failing });
  return model;
}
