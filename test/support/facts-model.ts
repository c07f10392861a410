import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { factsImporter } from '../../importers/facts/importer.ts';
import { noKnownNames } from '../../importers/importer.ts';
import { sees, type View } from '../../queries/model/view.ts';
import { buildModel, type Model } from '../../queries/model/model.ts';
import { canonicalJson } from '../../store/canonical-json.ts';
import { catalogue } from '../../store/events/catalogue.ts';
import type { NewEvent, StoredEvent } from '../../store/events/event.ts';
import { eventId } from '../../store/identity.ts';
import { entryOf } from './source-entry.ts';

/** Reads the facts of a folder, sorted by name. */
export async function factsOf(folder: string): Promise<readonly NewEvent[]> {
  const entries = readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && path.endsWith('.yaml'))
    .map((path) => entryOf(path, readFileSync(path, 'utf8')));
  const events: NewEvent[] = [];
  for await (const page of factsImporter.read(entries, { hints: {}, known: noKnownNames }))
    events.push(...page.events);
  return events;
}

/** Gives events their ids and positions, as a log would that took them all in at one moment. */
export function stored(
  events: readonly NewEvent[],
  recordedAt = '2026-11-01T00:00:00.000Z',
): readonly StoredEvent[] {
  return events.map((event, index) => {
    const version = catalogue.get(event.type)!.version;
    const id = eventId({ ...event, version, payloadText: canonicalJson(event.payload) });
    return { ...event, version, id, position: index + 1, batch: 1, recordedAt };
  });
}

/** Builds a model from events, as a view sees them. */
export function modelOf(events: readonly StoredEvent[], view: View = {}): Model {
  return buildModel(
    events.filter((event) => sees(view, event)),
    view,
  );
}
