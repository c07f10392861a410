import type { StoredEvent } from '../../store/events/event.ts';
import { describeEvent } from '../model/describe-event.ts';
import type { Model } from '../model/model.ts';

/** One step of an explanation: what is said, the rule that it follows from, and the events behind it. */
export interface ExplainStep {
  readonly says: string;
  readonly rule: string | null;
  readonly events: readonly {
    readonly id: string;
    readonly type: string;
    readonly knownAt: string | null;
    readonly source: string;
    readonly excerpt: string | null;
  }[];
}

/** What `regline explain --format json` writes: fields may be added, never changed. */
export interface ExplainDocument {
  readonly schema: 'regline.explain/1';
  readonly subject: string;
  readonly verdict: string | null;
  readonly steps: readonly ExplainStep[];
}

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
