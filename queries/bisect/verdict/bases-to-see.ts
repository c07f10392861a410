import type { Ask } from './ask.ts';
import { basesOf, basesThatTell } from '../beliefs/from-before.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import type { Search } from '../beliefs/search.ts';
import { isTestable, type SearchedCase } from './searched-case.ts';

/**
 * Lists the untested branch points that show whether the remaining suspects changed anything: where the branches begin on which they
 * were found.
 */
export function basesOfSuspects({ search, open, fromBefore }: SearchedCase): readonly Ask[] {
  const suspects = suspectsIn(search, open);
  const who = suspects.length === 1 ? search.range.graph.names.at(suspects[0]!) : 'what is suspected';
  return unseen(open, basesThatTell(search, open.runs, fromBefore, suspects)).map((node) =>
    askFor(search, node, `whether ${who} ${olderStateWords(search)}`),
  );
}

/** Gives the branch point of one of these bad versions from the history of the good ends, if it is untested and can be tested. */
export function baseThatExplains(searched: SearchedCase, nodes: readonly number[]): Ask | null {
  const { search, open, fromBefore } = searched;
  const bases = unseen(open, basesOf(search, open.runs, fromBefore, nodes));
  const node = bases.find((base) => isTestable(searched, base));
  if (node === undefined) return null;
  return askFor(
    search,
    node,
    `whether ${nodes.length > 1 ? 'one of them' : 'it'} ${olderStateWords(search)}`,
  );
}

function askFor(search: Search, node: number, what: string): Ask {
  const why = `${search.range.graph.names.at(node)}, where a branch leaves the history of the good end, tells ${what}`;
  return { node, repeats: 1, purpose: 'merge-base', why };
}

const unseen = ({ runs }: OpenCase, nodes: readonly number[]) => nodes.filter((node) => !runs.has(node));

const olderStateWords = ({ problem }: Search) =>
  problem.direction === 'fixed'
    ? 'works because it never was broken'
    : 'is bad from before the good end was repaired';

/** The nodes of all suspects; of all possible candidates where the suspects are too many to be listed. */
function suspectsIn({ range }: Search, { suspects, posterior }: OpenCase): readonly number[] {
  const { graph, part } = range;
  if (suspects.listed.length === suspects.count)
    return suspects.listed.map(({ version }) => graph.names.indexOf(version));
  return [...part.nodeOf].filter((_, local) => posterior.candidates[local]! > 0);
}
