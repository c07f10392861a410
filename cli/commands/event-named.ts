import type { EventStore } from '../../store/event-store.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { describeEvent } from '../../queries/model/describe-event.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { fit } from '../output/safe-text.ts';

/**
 * Finds the event that the beginning of an id names, with the item in it where `#index` asks for one.
 *
 * @throws QueryError where it names none, or several.
 */
export async function eventNamed(
  store: EventStore,
  text: string,
): Promise<{ event: StoredEvent; index: number | null }> {
  const [prefix = '', item] = text.toLowerCase().split('#');
  if (!/^[0-9a-f]{4,64}$/.test(prefix))
    throw new QueryError(`"${text}" is no event id`, {
      hint: 'give 4 hex digits or more; regline log shows ids',
    });
  const found = await store.find(prefix, 6);
  const [event] = found;
  if (event === undefined)
    throw new QueryError(`no event begins with "${prefix}"`, {
      hint: 'regline log shows ids, and regline explain those that are about a change, a cell or a regression',
    });
  if (found.length > 1) {
    throw new QueryError(`"${prefix}" is the beginning of several events`, {
      suggestions: found.map(
        (e) => `${e.id.slice(0, Math.max(12, prefix.length + 2))} ${e.type} ${fit(describeEvent(e), 60)}`,
      ),
    });
  }
  if (item === undefined) return { event, index: null };
  const index = Number(item);
  if (event.type !== 'RunObserved' || !(index < event.payload.results.length))
    throw new QueryError(`${prefix} has no item #${item}`);
  return { event, index };
}
