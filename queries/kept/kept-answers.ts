import type { EventStore } from '../../store/event-store.ts';
import type { View } from '../model/view.ts';
import { loadModel } from '../replay/load-model.ts';
import type { Model } from '../model/model.ts';

/** A question about the whole log, without options, whose answer is kept beside it. */
export interface KeptQuestion<T> {
  readonly name: string;
  answer(store: EventStore, model: Model): T | Promise<T>;
}

/** What must be the same for an answer to hold; null where nothing can be kept. */
export type Stamp = string | null;

/** A model that somebody has loaded already, with the stamp from before it was loaded: what was appended since is not in it. */
export interface Loaded {
  readonly model: Model;
  readonly stamp: Stamp;
}

/**
 * Answers a question about the whole log. What it came to is noted beside the log with the hash that stands for all of it, and with
 * the code that worked it out; while neither changes, it is read from there. As of another moment it is always worked out.
 *
 * @param code names the code that answers: what other code worked out is not its word. Null: nothing is kept.
 * @param loaded the model of that view, where somebody has it already
 * @throws QueryError when the view's date is no date.
 */
export async function keptAnswer<T>(
  store: EventStore,
  view: View,
  code: string | null,
  question: KeptQuestion<T>,
  loaded?: Loaded,
): Promise<T> {
  const stamp = loaded === undefined ? await stampOf(store, view, code) : loaded.stamp;
  if (stamp !== null) {
    const kept = await documentNoted(store, question, stamp);
    if (kept !== null) return JSON.parse(kept) as T;
  }
  const document = await question.answer(store, loaded?.model ?? (await loadModel(store, view)));
  // Somebody who wrote meanwhile leaves nobody to say which log this is the answer of.
  if (stamp !== null && stamp === (await stampOf(store, view, code)))
    await store.notes?.write?.(keyOf(question), `${stamp}\n${JSON.stringify(document)}`);
  return document;
}

/** An answer that is kept, for whoever can do without the model that it would be worked out from. */
export interface KeptAnswer<T> {
  read(): T;
  /** Whether it is still what the log gives: whoever has read the log meanwhile may have read more. */
  holds(): Promise<boolean>;
}

/** Finds what is kept of a question; null where nothing is, as of another moment too. */
export async function findKept<T>(
  store: EventStore,
  view: View,
  code: string | null,
  question: KeptQuestion<T>,
): Promise<KeptAnswer<T> | null> {
  const stamp = await stampOf(store, view, code);
  const kept = stamp === null ? null : await documentNoted(store, question, stamp);
  if (kept === null) return null;
  return {
    read: () => JSON.parse(kept) as T,
    holds: async () => stamp === (await stampOf(store, view, code)),
  };
}

/** Finds the first of some questions whose kept answer is not what the log gives; null where all are right, or none is kept. */
export async function strayAnswer(
  store: EventStore,
  code: string | null,
  questions: readonly KeptQuestion<unknown>[],
): Promise<string | null> {
  const stamp = await stampOf(store, {}, code);
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
  return stamp === (await stampOf(store, {}, code)) ? stray : null;
}

/** Reads the stamp of what the log gives now; null where nothing can be kept, as of another moment too. */
export async function stampOf(
  store: EventStore,
  { asOf, asRecorded }: View,
  code: string | null,
): Promise<Stamp> {
  if (asOf !== undefined || asRecorded !== undefined) return null;
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
