import { optional } from '../../../store/optional-text.ts';
import type { TimelineDocument } from '../../../queries/tables/timeline-document.ts';
import { consumerName } from '../../../queries/model/model.ts';
import type { Page } from './page.ts';
import { stretchText } from '../words.ts';
import { shortIds, statusInline } from './inline-words.ts';

/** Lays out how each consumer fared along every line. */
export function timelinePage(document: TimelineDocument): Page {
  return {
    title: `Timeline${optional(' as of ', document.asOf)}`,
    blocks: document.lanes.flatMap((lane) => [
      { kind: 'heading', says: `${consumerName(lane.consumer, lane.variant)} on ${lane.arch}` } as const,
      {
        kind: 'table',
        columns: ['Line', 'Releases', 'Status', 'Basis', 'Evidence'],
        rows: lane.spans.map((s) => [
          [s.line],
          [stretchText(s)],
          [statusInline(s.status)],
          [s.basis ?? '–'],
          shortIds(s.evidence),
        ]),
      } as const,
    ]),
  };
}
