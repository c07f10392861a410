import type {
  KnowledgeDiffDocument,
  Learnt,
  RegressionNews,
} from '../../../queries/knowledge/knowledge-diff.ts';
import { consumerName } from '../../../queries/model/model.ts';
import type { TableChange } from '../../../queries/tables/table-diff.ts';
import { contradictionBlocks } from './contradictions-page.ts';
import { code, type Block, type Page } from './page.ts';
import { flipsTable } from './flips-table.ts';
import { learntBlocks } from './learnt-blocks.ts';
import { shortId } from '../words.ts';
import { shortIds } from './inline-words.ts';

/** Lays out what was learnt, decided, contradicted and fixed between two moments. */
export function diffPage(document: KnowledgeDiffDocument): Page {
  const blocks = [
    ...newsBlocks('New regressions', document.newRegressions),
    ...newsBlocks('Told otherwise', document.changedRegressions),
    ...newsBlocks('Fixed', document.fixed),
    ...newsBlocks('Not seen any more', document.withdrawn),
    ...decidedBlocks(document.decided),
    ...(document.contradicted.length === 0 ? [] : [heading('Contradicted')]),
    ...document.contradicted.flatMap(contradictionBlocks),
    ...(document.settled.length === 0 ? [] : [heading('No longer contradicted')]),
    ...document.settled.flatMap(contradictionBlocks),
    ...verdictBlocks(document.verdicts),
    ...learntBlocks(document.learnt),
    ...(document.newReleases.length === 0
      ? []
      : [{ kind: 'text', says: [`Released in between: ${document.newReleases.join(', ')}.`] } as const]),
  ];
  return {
    title: `From ${momentText(document.from)} to ${momentText(document.to)}`,
    blocks: blocks.length === 0 ? [{ kind: 'text', says: ['Nothing is new.'] }] : blocks,
  };
}

/** A day or a month is told as it was at its end. */
function momentText(moment: string): string {
  return /^\d{4}-\d\d(-\d\d)?$/.test(moment) ? `the end of ${moment}` : moment;
}

/** What works and was asked for by nobody before is no news, only who it is. */
function verdictBlocks(changes: readonly TableChange[]): readonly Block[] {
  const quiet = changes.filter((c) => c.before === null && c.after?.status === 'works');
  const news = changes.filter((c) => !quiet.includes(c));
  const names = [...new Set(quiet.map((c) => consumerName(c.consumer, c.variant)))];
  return [
    ...(news.length === 0 ? [] : [heading('Verdicts'), flipsTable(news)]),
    ...(names.length === 0
      ? []
      : [
          {
            kind: 'text',
            says: [
              `Recorded since then, and working elsewhere: ${names.join(', ')} (`,
              ...shortIds([...new Set(quiet.flatMap((c) => c.evidence))]),
              ').',
            ],
          } as const,
        ]),
  ];
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

function decidedBlocks(decided: readonly Learnt[]): readonly Block[] {
  if (decided.length === 0) return [];
  return [
    heading('Decided'),
    {
      kind: 'list',
      items: decided.map((e) => [code(shortId(e.id)), ` ${(e.knownAt ?? 'unknown').slice(0, 10)} ${e.says}`]),
    },
  ];
}
