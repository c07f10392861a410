import { canonicalJson } from '../../store/canonical-json.ts';
import { catalogue } from '../../store/events/catalogue.ts';
import { newEvent, type NewEvent, type StoredEvent } from '../../store/events/event.ts';
import { eventId } from '../../store/identity.ts';
import { buildModel, type Model } from './model.ts';

/**
 * Gives events their ids, as the log would, without taking them in. Their position is behind all others; they count as
 * known whatever the view, for they are thought at that moment.
 */
export function thoughtOf(model: Model, events: readonly NewEvent[]): readonly StoredEvent[] {
  let position = 0;
  for (const event of model.byId.values()) position = Math.max(position, event.position);
  return events.map((event, index) => {
    const version = catalogue.get(event.type)!.version;
    const id = eventId({ ...event, version, payloadText: canonicalJson(event.payload) });
    const recordedAt = event.knownAt ?? '1970-01-01T00:00:00.000Z';
    return { ...event, version, id, position: position + 1 + index, batch: 0, recordedAt };
  });
}

/**
 * A model as it would be without some events (or single results, `ID#index`) and with some others. Its results are those of the model: who
 * takes runs away reads them again (`loadResults`), for what stood behind them comes to the fore.
 */
export function modelInThought(
  model: Model,
  without: readonly string[],
  more: readonly StoredEvent[],
): Model {
  const retractions = thoughtOf(
    model,
    without.map((target) =>
      newEvent({
        type: 'EventRetracted',
        stream: `retraction/${target}/in thought`,
        knownAt: null,
        source: 'in thought',
        locator: 'in thought',
        payload: { target, by: 'in thought', reason: 'what if it did not count', at: 'in thought' },
      }),
    ),
  );
  const seen = new Map(model.byId);
  for (const event of [...more, ...retractions]) seen.set(event.id, event);
  return buildModel([...seen.values()], model.view, model.results, model);
}
