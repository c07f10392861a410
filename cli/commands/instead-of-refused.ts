import type { ImportHints, Importer, SourceEntry } from '../../importers/importer.ts';
import { rejected } from '../../importers/results/result-run.ts';
import { catalogue, PayloadError } from '../../store/events/catalogue.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { sha256 } from '../../store/identity.ts';
import { prepareEvent } from '../../store/log/prepare.ts';

/**
 * Gives the events, and a reject in the place of each that the log would refuse: one mail that no rule has thought of is no
 * reason to leave out the five thousand beside it.
 */
export function insteadOfRefused(
  importer: Importer,
  entry: SourceEntry,
  hints: ImportHints,
  events: readonly NewEvent[],
): readonly NewEvent[] {
  return events.map((event) => {
    const wrong = refusalOf(event);
    if (wrong === null) return event;
    const piece = {
      key: `event-${sha256(event.stream).slice(0, 12)}`,
      reason: `the log does not take it: ${wrong.message}`,
      excerpt: JSON.stringify(event.payload),
    };
    return { ...rejected(entry, importer.format, hints, piece), locator: event.locator };
  });
}

function refusalOf(event: NewEvent): PayloadError | null {
  try {
    prepareEvent(catalogue, event);
    return null;
  } catch (error) {
    if (error instanceof PayloadError) return error;
    throw error;
  }
}
