import { consumerName } from '../../../queries/model/model.ts';
import type { ProposalCell, ProposalsDocument } from '../../../queries/interface/proposals.ts';
import type { CellStatus } from '../../../queries/verdict/cell-status.ts';
import { EvidenceNotes } from './evidence-notes.ts';
import type { Cell, Page } from './page.ts';
import { STATUS_WORD } from '../words.ts';
import { shortIds, statusInline } from './inline-words.ts';
import { addTo } from '../../../store/grouping.ts';
import { optional } from '../../../store/optional-text.ts';

/** Why a cell is not as one would wish; where it works its evidence is enough. */
function reasonOf(cell: ProposalCell): string | null {
  return cell.predicted === 'works' || cell.predicted === 'refuses' ? null : cell.why;
}

/** What a proposal does to whoever fares otherwise with it; the worst comes first. */
const FLIP: Readonly<Record<CellStatus, string>> = {
  broken: 'breaks',
  refuses: 'makes refuse',
  degraded: 'degrades',
  conflict: 'makes disputed',
  unknown: 'leaves unknown',
  'not-applicable': 'takes away',
  works: 'mends',
};

/** `mends tcmalloc on x86_64; breaks criu on x86_64, arm64`. */
function flipsOf(cells: readonly ProposalCell[]): string {
  const found = new Map<string, Map<string, string[]>>();
  for (const c of cells.filter((cell) => cell.predicted !== cell.before)) {
    const verb = FLIP[c.predicted];
    const byArchs = found.get(verb) ?? new Map<string, string[]>();
    found.set(verb, byArchs);
    const name = consumerName(c.consumer, c.variant);
    addTo(byArchs, name, c.arch);
  }
  if (found.size === 0) return 'changes nothing in the cells below';
  return Object.values(FLIP)
    .flatMap((verb) => (found.has(verb) ? [[verb, found.get(verb)!] as const] : []))
    .map(([verb, who]) => {
      const together = new Map<string, string[]>();
      for (const [name, archs] of who) addTo(together, archs.join(', '), name);
      return `${verb} ${[...together].map(([archs, names]) => `${names.join(', ')} on ${archs}`).join(' and ')}`;
    })
    .join('; ');
}

/** How a proposal was scored; null where that was not asked for. */
function scoreText({ scores, outcomeAt }: ProposalsDocument['proposals'][number]): string | null {
  if (scores === null) return null;
  if (outcomeAt === null) return 'never taken in, so not scored';
  const { right, wrong, overtaken, open } = scores;
  return `scored at ${outcomeAt}: ${right} right, ${wrong} wrong, ${overtaken} overtaken by other changes, ${open} open`;
}

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
          `${p.proposal} (${p.status}, ${p.by}): ${p.title}${optional('; ', p.why)}` +
            `${p.described ? '' : '; what it sets is not recorded'}${optional('; ', scoreText(p))}`,
          ...(p.described ? [`; it ${flipsOf(p.cells)} `] : [' ']),
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
            return [statusInline(cell.predicted), scored, ...notes.mark(cell.evidence, reasonOf(cell))];
          }),
        ]),
      },
      ...notes.blocks(),
    ],
  };
}
