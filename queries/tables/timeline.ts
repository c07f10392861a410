import { answersOf } from '../model/answers.ts';
import type { TimelineDocument, TimelineLane, TimelineSpan } from '../model/documents.ts';
import type { Model } from '../model/model.ts';
import { selectArchs, selectConsumers } from '../model/select.ts';
import { byLine } from '../verdict/violations.ts';

export interface TimelineOptions {
  readonly consumers?: readonly string[];
  readonly archs?: readonly string[];
}

/** Answers: how did each consumer fare along every line? Lanes with nothing but not-applicable are left out. */
export function timeline(model: Model, options: TimelineOptions = {}): TimelineDocument {
  const { verdicts } = answersOf(model);
  const lanes: TimelineLane[] = [];
  for (const consumer of selectConsumers(model, options.consumers)) {
    for (const arch of selectArchs(model, options.archs)) {
      const spans: TimelineSpan[] = [];
      for (const [line, members] of byLine(model)) {
        const ended = (model.graph.lines.get(line)?.ended ?? null) !== null;
        let open: { -readonly [K in keyof TimelineSpan]: TimelineSpan[K] } | null = null;
        members.forEach((release, index) => {
          const { status, basis, evidence } = verdicts.at(consumer, release, arch);
          if (open?.status !== status || open.basis !== basis) {
            open = { line, from: release, to: release, status, basis, evidence };
            spans.push(open);
          }
          // The same status may rest on something else at a later release of the span.
          else if (open.evidence !== evidence) open.evidence = [...new Set([...open.evidence, ...evidence])];
          open.to = index === members.length - 1 && !ended ? null : release;
        });
      }
      if (spans.every((s) => s.status === 'not-applicable')) continue;
      lanes.push({ consumer: consumer.consumer, variant: consumer.variant, arch, spans });
    }
  }
  return { schema: 'regline.timeline/1', asOf: model.view.asOf ?? null, lanes };
}
