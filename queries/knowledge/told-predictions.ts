import { proposalHeads, proposals, type ProposalCell } from '../interface/proposals.ts';
import { consumerName, type Model } from '../model/model.ts';
import { QueryError } from '../model/query-error.ts';

/** Tells each cell of `predictions` without options, a sentence each; none where it has no answer. */
export function toldPredictions(model: Model): readonly string[] {
  if (proposalHeads(model).length === 0) return [];
  try {
    const { proposals: columns, release } = proposals(model, {}, true);
    return columns.flatMap(({ proposal, cells }) =>
      cells.map((cell) => `${proposal} on ${release}: ${says(cell)}`),
    );
  } catch (error) {
    // Nothing was released before they were made: nothing is predicted.
    if (error instanceof QueryError) return [];
    throw error;
  }
}

function says(cell: ProposalCell): string {
  const { arch, before, predicted, why, happened, score } = cell;
  const name = consumerName(cell.consumer, cell.variant);
  const note = why === null ? '' : ` (${why})`;
  return `${name} on ${arch} ${predicted}${note} instead of ${before}; came out ${happened!}, ${score!}`;
}
