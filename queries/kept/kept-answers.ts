import type { EventStore } from '../../store/event-store.ts';
import type { View } from '../model/view.ts';
import { loadModel } from '../replay/load-model.ts';
import type { Model } from '../model/model.ts';

/** A question about the whole log, without options, whose answer is kept beside it. */
export interface KeptQuestion<T> {
  readonly name: string;
  answer(store: EventStore, model: Model): T | Promise<T>;
}

/**
 * Answers a question about the whole log. What it came to is noted beside the log with the hash that stands for all of it, and with
 * the code that worked it out; while neither changes, it is read from there. As of another moment it is always worked out.
 *
 * @param code names the code that answers: what other code worked out is not its word. Null: nothing is kept.
 * @param load gives the model of that view, where somebody has it already
 * @throws QueryError when the view's date is no date.
 */
export async function keptAnswer<T>(
  store: EventStore,
  view: View,
  code: string | null,
  question: KeptQuestion<T>,
  load: () => Model | Promise<Model> = () => loadModel(store, view),
): Promise<T> {
  const isNow = view.asOf === undefined && view.asRecorded === undefined;
  const stamp = isNow ? await stampOf(store, code) : null;
  if (stamp !== null) {
    const kept = await documentNoted(store, question, stamp);
    if (kept !== null) return JSON.parse(kept) as T;
  }
  const document = await question.answer(store, await load());
  // Somebody who wrote meanwhile leaves nobody to say which log this is the answer of.
  if (stamp !== null && stamp === (await stampOf(store, code)))
    await store.notes?.write(keyOf(question), `${stamp}\n${JSON.stringify(document)}`);
  return document;
}

/** Finds the first of some questions whose kept answer is not what the log gives; null where all are right, or none is kept. */
export async function strayAnswer(
  store: EventStore,
  code: string | null,
  questions: readonly KeptQuestion<unknown>[],
): Promise<string | null> {
  const stamp = await stampOf(store, code);
  if (stamp === null) return null;
  let model: Model | null = null;
  let stray: string | null = null;
  for (const question of questions) {
    const kept = await documentNoted(store, question, stamp);
    if (kept === null) continue;
    model ??= await loadModel(store);
    if (kept !== JSON.stringify(await question.answer(store, model))) stray ??= question.name;
  }
  // Somebody who writes meanwhile brings events that the kept answers do not know.
  return stamp === (await stampOf(store, code)) ? stray : null;
}

/** What must be the same for an answer to hold; null where nothing can be kept. */
async function stampOf(store: EventStore, code: string | null): Promise<string | null> {
  return store.notes === undefined || code === null ? null : `${code} ${(await store.head()).hash}`;
}

const keyOf = ({ name }: KeptQuestion<unknown>): string => `answer ${name}`;

async function documentNoted(
  store: EventStore,
  question: KeptQuestion<unknown>,
  stamp: string,
): Promise<string | null> {
  const note = await store.notes?.read(keyOf(question));
  return note?.startsWith(`${stamp}\n`) === true ? note.slice(stamp.length + 1) : null;
}
