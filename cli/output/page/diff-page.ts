import type { KnowledgeDiffDocument, Learnt, RegressionNews } from '../../../queries/knowledge-diff.ts';
import { contradictionBlocks } from './contradictions-page.ts';
import { code, type Block, type Page } from './page.ts';
import { flipsTable } from './what-if-page.ts';
import { shortId, shortIds } from './words.ts';

/** Lays out what was learnt, decided, contradicted and fixed between two moments. */
export function diffPage(document: KnowledgeDiffDocument): Page {
  const blocks = [
    ...newsBlocks('New regressions', document.newRegressions),
    ...newsBlocks('Told otherwise', document.changedRegressions),
    ...newsBlocks('Fixed', document.fixed),
    ...newsBlocks('Not seen any more', document.withdrawn),
    ...learntBlocks('Decided', document.decided),
    ...learntBlocks('Learnt', document.learnt),
    ...(document.contradicted.length === 0 ? [] : [heading('Contradicted')]),
    ...document.contradicted.flatMap(contradictionBlocks),
    ...(document.settled.length === 0 ? [] : [heading('No longer contradicted')]),
    ...document.settled.flatMap(contradictionBlocks),
    ...(document.verdicts.length === 0 ? [] : [heading('Verdicts'), flipsTable(document.verdicts)]),
    ...(document.newReleases.length === 0
      ? []
      : [{ kind: 'text', says: [`Released in between: ${document.newReleases.join(', ')}.`] } as const]),
  ];
  return {
    title: `From ${document.from} to ${document.to}`,
    blocks: blocks.length === 0 ? [{ kind: 'text', says: ['Nothing is new.'] }] : blocks,
  };
}

const heading = (says: string): Block => ({ kind: 'heading', says });

/** A heading and what is new about each regression. */
export function newsBlocks(title: string, news: readonly RegressionNews[]): readonly Block[] {
  if (news.length === 0) return [];
  return [
    heading(title),
    {
      kind: 'list',
      items: news.map((r) => [code(r.id), ` ${r.title}: ${r.says.join('; ')} `, ...shortIds(r.evidence)]),
    },
  ];
}

function learntBlocks(title: string, learnt: readonly Learnt[]): readonly Block[] {
  if (learnt.length === 0) return [];
  return [
    heading(title),
    {
      kind: 'list',
      items: learnt.map((e) => [code(shortId(e.id)), ` ${(e.knownAt ?? 'unknown').slice(0, 10)} ${e.says}`]),
    },
  ];
}
