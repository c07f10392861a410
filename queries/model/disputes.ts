import { remembered } from '../../store/memo.ts';
import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import type { Model } from './model.ts';

/** A declared dispute, with the statements that it names; `event` is missing where the view does not see one yet. */
export interface Dispute {
  readonly event: TypedStoredEvent<'StatementDisputed'>;
  readonly statements: readonly { readonly name: string; readonly event: StoredEvent | undefined }[];
  readonly settled: TypedStoredEvent<'DisputeSettled'> | null;
}

/** The disputes that still have two sides: of whom the other side was taken back, nobody disputes anything any more. */
export function disputesOf(model: Model): readonly Dispute[] {
  return remembered(disputes, model, () => findDisputes(model));
}

/** By model, for they are needed for every regression. */
const disputes = new WeakMap<Model, readonly Dispute[]>();

function findDisputes(model: Model): readonly Dispute[] {
  const disputed = model.of('StatementDisputed');
  if (disputed.length === 0) return [];
  const { retracted, replaced } = model.counting;
  // A settled dispute still has both sides, so that what counts no more for that reason is looked for, too.
  const standing = new Map<string, StoredEvent>();
  const takenBack = new Set<string>();
  for (const event of [...model.byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1))) {
    if (retracted.has(event.id)) takenBack.add(event.stream).add(event.id);
    else if (!replaced.has(event.id)) standing.set(event.stream, event);
  }
  return disputed.flatMap((event): readonly Dispute[] => {
    const { dispute, statements: names } = event.payload;
    const statements = names
      .map((name) => ({ name, event: standing.get(name) ?? model.byId.get(name) }))
      .filter(({ name, event: e }) => (e === undefined ? !takenBack.has(name) : !retracted.has(e.id)));
    if (statements.length < Math.min(2, names.length)) return [];
    const settled = model.of('DisputeSettled').find((s) => s.payload.dispute === dispute) ?? null;
    return [{ event, statements, settled }];
  });
}
