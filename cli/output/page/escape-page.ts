import type { EscapeDocument } from '../../../queries/regressions/escape.ts';
import type { Page } from './page.ts';
import { shortIds } from './words.ts';

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
          [m.at === null ? (m.milestone === 'backported' ? 'not there' : 'not known') : m.at.slice(0, 10)],
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
                `${g.days} days from ${g.from} to ${g.to}${g.line === null ? '' : ` in ${g.line}`}: ${g.says} (`,
                ...shortIds(g.evidence),
                ')',
              ]),
            },
          ] as const)),
    ],
  };
}
