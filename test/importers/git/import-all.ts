import { gitImporter } from '../../../importers/git/importer.ts';
import { checkPayload, catalogue } from '../../../store/events/catalogue.ts';
import type { NewEvent } from '../../../store/events/event.ts';

/** Imports a clone; each event is held against the catalogue. */
export async function importAll(
  repository: string,
  more: Partial<Parameters<typeof gitImporter.read>[0]> = {},
): Promise<{ readonly events: readonly NewEvent[]; readonly warnings: readonly string[] }> {
  const events: NewEvent[] = [];
  const warnings: string[] = [];
  for await (const page of gitImporter.read({
    repository,
    range: null,
    paths: [],
    tagRule: null,
    hints: {},
    ...more,
  })) {
    events.push(...page.events);
    warnings.push(...(page.warnings ?? []).map((w) => w.message));
  }
  for (const e of events) checkPayload(catalogue, e.type, e.payload);
  return { events, warnings };
}

/** The changes among events. */
export function changesOf(events: readonly NewEvent[]) {
  return events.flatMap((e) => (e.type === 'ChangeRecorded' ? [e.payload] : []));
}
