import { keptAnswer, type KeptQuestion } from '../../queries/kept/kept-answers.ts';
import { loadWithRegressions } from '../../queries/kept/load-kept.ts';
import type { View } from '../../queries/model/view.ts';
import type { Model } from '../../queries/model/model.ts';
import type { EventStore } from '../../store/event-store.ts';
import { codeId } from '../code-id.ts';
import { viewOf, type CommonArguments } from '../context.ts';

/**
 * Answers a question: from what is kept where it is about the whole log, worked out where something is selected.
 *
 * @param load gives the model that it is worked out from
 */
export async function answered<O extends object, T>(
  store: EventStore,
  args: CommonArguments,
  options: O,
  whole: KeptQuestion<T>,
  answer: (model: Model, options: O) => T | Promise<T>,
  load: (store: EventStore, view: View, code: string | null) => Promise<Model> = loadWithRegressions,
): Promise<T> {
  return Object.keys(options).length === 0
    ? keptAnswer(store, viewOf(args), codeId(), whole)
    : answer(await load(store, viewOf(args), codeId()), options);
}
