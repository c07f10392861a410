import type { WeeklyReportDocument } from '../../../queries/knowledge/weekly-report.ts';
import { newsBlocks } from './diff-page.ts';
import type { Block, Page } from './page.ts';
import { shortIds } from './inline-words.ts';

/** Lays out the week's mail. */
export function weeklyReportPage(document: WeeklyReportDocument): Page {
  const list = (says: string, items: WeeklyReportDocument['unknown']): readonly Block[] =>
    items.length === 0
      ? []
      : [
          { kind: 'heading', says },
          { kind: 'list', items: items.map((u) => [`${u.says} `, ...shortIds(u.evidence)]) },
        ];
  const blocks = [
    ...newsBlocks('NEW', document.new),
    ...newsBlocks('CHANGED', document.changed),
    ...newsBlocks('RESOLVED', document.resolved),
    ...newsBlocks('STILL OPEN', document.open),
    ...list('CONTRADICTED', document.contradictions),
    ...list('WHAT NOBODY KNOWS YET', document.unknown),
  ];
  return {
    title: `Regressions, ${document.since} to ${document.until}`,
    blocks: blocks.length === 0 ? [{ kind: 'text', says: ['Nothing is new, and nothing is open.'] }] : blocks,
  };
}
