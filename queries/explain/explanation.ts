import type { StoredEvent } from '../../store/events/event.ts';
import { describeEvent } from '../model/describe-event.ts';
import type { ExplainDocument, ExplainStep } from '../model/documents.ts';
import type { Model } from '../model/model.ts';

/** Makes a trail of steps about a subject. */
export function document(
  subject: string,
  verdict: string | null,
  steps: readonly ExplainStep[],
): ExplainDocument {
  return { schema: 'regline.explain/1', subject, verdict, steps };
}

/** Makes a step: what is said, by which rule, and the events that it rests on, each once. */
export function step(says: string, rule: string | null, events: readonly StoredEvent[]): ExplainStep {
  const once = [...new Map(events.map((e) => [e.id, e])).values()];
  return {
    says,
    rule,
    events: once.map((e) => ({
      id: e.id,
      type: e.type,
      knownAt: e.knownAt,
      source: e.source,
      excerpt: `${describeEvent(e)} (${e.locator})`,
    })),
  };
}

/** What somebody noted of a subject, by any of its names. */
export function stepsOfNotes(model: Model, names: readonly string[]): readonly ExplainStep[] {
  return model
    .of('NoteAdded')
    .filter(({ payload }) => names.includes(payload.about))
    .map((e) => step(describeEvent(e), 'a note is shown, and decides nothing', [e]));
}
