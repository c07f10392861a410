import { answersOf } from '../regressions/answers.ts';
import type { TimelineDocument, TimelineLane, TimelineSpan } from './timeline-document.ts';
import type { Model } from '../model/model.ts';
import { selectArchs, selectConsumers } from '../model/select.ts';
import { isMadeFor } from '../verdict/presences.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { hasEnded } from '../releases/stretches.ts';

export interface TimelineOptions {
  readonly consumers?: readonly string[];
  readonly archs?: readonly string[];
}

/** Answers: how did each consumer fare along every line? Lanes with nothing but not-applicable are left out. */
export function timeline(model: Model, options: TimelineOptions = {}): TimelineDocument {
  const { verdicts } = answersOf(model);
  const lines = [...model.graph.members];
  const archs = selectArchs(model, options.archs);
  const lanes: TimelineLane[] = [];
  for (const consumer of selectConsumers(model, options.consumers)) {
    for (const arch of archs) {
      if (!isMadeFor(consumer, arch)) continue;
      const verdictsThere = verdicts.along(consumer, arch);
      const spans: TimelineSpan[] = [];
      for (const [line, members] of lines) {
        const ended = hasEnded(model, line);
        let open: { -readonly [K in keyof TimelineSpan]: TimelineSpan[K] } | null = null;
        let before: Verdict | null = null;
        members.forEach((release, index) => {
          const verdict = verdictsThere.at(release)!;
          const { status, basis, evidence } = verdict;
          if (open?.status !== status || open.basis !== basis) {
            open = { line, from: release, to: release, status, basis, evidence };
            spans.push(open);
          }
          // The same status may rest on something else at a later release of the span.
          else if (verdict !== before) open.evidence = [...new Set([...open.evidence, ...evidence])];
          before = verdict;
          open.to = index === members.length - 1 && !ended ? null : release;
        });
      }
      if (spans.every((s) => s.status === 'not-applicable')) continue;
      lanes.push({ consumer: consumer.consumer, variant: consumer.variant, arch, spans });
    }
  }
  return { schema: 'regline.timeline/1', asOf: model.view.asOf ?? null, lanes };
}
