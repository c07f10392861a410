import { consumerName } from '../../../queries/model/model.ts';
import type { ProposalCell, ProposalsDocument } from '../../../queries/interface/proposals.ts';
import { EvidenceNotes } from './evidence-notes.ts';
import type { Cell, Page } from './page.ts';
import { shortIds, STATUS_WORD, statusInline } from './words.ts';

/** Lays out the matrix of consumers and proposals, every cell predicted, and scored where that was asked for. */
export function proposalsPage(document: ProposalsDocument): Page {
  const { proposals, release } = document;
  const notes = new EvidenceNotes();
  const key = (c: ProposalCell) => `${consumerName(c.consumer, c.variant)}\n${c.arch}`;
  const rows = [...new Map(proposals.flatMap((p) => p.cells.map((c) => [key(c), c] as const))).entries()];
  return {
    title: `Proposals, on top of ${release}`,
    blocks: [
      {
        kind: 'list',
        items: proposals.map((p) => [
          `${p.proposal} (${p.status}, ${p.by}): ${p.title}${p.why === null ? '' : `; ${p.why}`}${p.described ? '' : '; what it sets is not recorded'}${p.scores === null ? '' : `; ${p.outcomeAt === null ? 'never taken in, so not scored' : `scored at ${p.outcomeAt}: ${p.scores.right} right, ${p.scores.wrong} wrong, ${p.scores.overtaken} overtaken by other changes, ${p.scores.open} open`}`} `,
          ...shortIds(p.evidence),
        ]),
      },
      {
        kind: 'table',
        columns: ['Consumer', 'Architecture', 'As it is', ...proposals.map((p) => p.proposal)],
        rows: rows.map(([name, first]) => [
          [consumerName(first.consumer, first.variant)],
          [first.arch],
          [statusInline(first.before), ...notes.mark(first.beforeEvidence)],
          ...proposals.map((p): Cell => {
            const cell = p.cells.find((c) => key(c) === name);
            if (!cell) return ['–'];
            const scored =
              cell.score === undefined || cell.score === 'open'
                ? ''
                : cell.score === 'right'
                  ? ', right'
                  : `, ${cell.score}: ${STATUS_WORD[cell.happened ?? 'unknown']}`;
            return [statusInline(cell.predicted), scored, ...notes.mark(cell.evidence)];
          }),
        ]),
      },
      ...notes.blocks(),
    ],
  };
}
