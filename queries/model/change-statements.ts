import type { TypedStoredEvent } from '../../store/events/event.ts';
import { grouped } from '../../store/grouping.ts';

type ChangeEvent = TypedStoredEvent<'ChangeRecorded'>;

/**
 * Draws together what several sources say of each change: a data set knows its subject and what it bears on, a clone its
 * dates, files and trailers. The best statement is cited (verified before concluded, with a commit's date before without
 * one) and says what it can; the others fill in what it leaves out.
 */
export function mergedChanges(
  events: readonly ChangeEvent[],
  resolve: (change: string) => string,
): ReadonlyMap<string, ChangeEvent> {
  const statements = grouped(events, (event) => resolve(event.payload.change));
  const merged = new Map<string, ChangeEvent>();
  for (const [name, list] of statements) {
    const [first, ...others] =
      list.length === 1 ? list : [...list].sort((a, b) => rank(a, name) - rank(b, name));
    let payload = first!.payload;
    for (const { payload: p } of others) payload = { ...p, ...payload };
    merged.set(name, list.length === 1 ? first! : { ...first!, payload });
  }
  return merged;
}

/** What the commit itself says comes before what is said under another name of it. */
function rank({ payload: p }: ChangeEvent, name: string): number {
  return (
    (p.confidence === 'verified' ? 0 : 1) + (p.commitDate === undefined ? 2 : 0) + (p.change === name ? 0 : 4)
  );
}
