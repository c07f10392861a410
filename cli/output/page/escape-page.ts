import { optional } from '../../../store/optional-text.ts';
import type { EscapeDocument, Milestone } from '../../../queries/regressions/escape.ts';
import type { Page } from './page.ts';
import { shortIds } from './inline-words.ts';

/** Lays out how a regression got out, with the days between. */
export function escapePage(document: EscapeDocument): Page {
  return {
    title: `${document.regression}: ${document.title}`,
    blocks: [
      {
        kind: 'table',
        columns: ['Step', 'When', 'Days', 'Release', 'What', 'Evidence'],
        rows: document.milestones.map((m) => [
          [m.line === null || m.line === 'mainline' ? m.milestone : `${m.milestone} (${m.line})`],
          [whenSays(m)],
          [m.days === null ? '–' : String(m.days)],
          [m.release ?? '–'],
          [m.says],
          shortIds(m.evidence),
        ]),
      },
      ...(document.gaps.length === 0
        ? []
        : ([
            { kind: 'heading', says: 'Where the time went' },
            {
              kind: 'list',
              items: document.gaps.map((g) => [
                `${g.days} ${g.days === 1 ? 'day' : 'days'} from ${g.from} to ${g.to}${optional(' in ', g.line)}: ${g.says} (`,
                ...shortIds(g.evidence),
                ')',
              ]),
            },
          ] as const)),
    ],
  };
}

/** The day; where a line lacks the fix, whether it may still come. */
function whenSays({ at, milestone, missing }: Milestone): string {
  if (at !== null) return at.slice(0, 10);
  if (missing === 'pending') return 'not yet';
  return milestone === 'backported' ? 'not there' : 'not known';
}
