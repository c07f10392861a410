import type { Ask } from './ask.ts';
import { basesOf, basesThatTell } from '../beliefs/from-before.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import type { Search } from '../beliefs/search.ts';
import type { Tally } from '../range/tally.ts';

/**
 * Lists what nobody has tested and what tells whether the suspects that are left, one or several, changed anything: where the branches
 * began on which they rest.
 *
 * @param early the versions that show what is searched from before.
 */
export function basesOfSuspects(search: Search, each: OpenCase, early: readonly number[]): readonly Ask[] {
  const suspects = suspectsIn(search, each);
  const who = suspects.length === 1 ? search.range.graph.names.at(suspects[0]!) : 'what is suspected';
  return unseen(each, basesThatTell(search, each.runs, early, suspects)).map((node) =>
    askFor(search, node, `whether ${who} ${fromBeforeWords(search)}`),
  );
}

/** Gives where one of these bad versions left the history of the good ends, if that was not tested and can be. */
export function baseThatExplains(
  search: Search,
  tally: Tally,
  each: OpenCase,
  early: readonly number[],
  nodes: readonly number[],
): Ask | null {
  const untestable = tally.untestable.get(each.regression.platform)!;
  const bases = unseen(each, basesOf(search, each.runs, early, nodes));
  const node = bases.find((base) => !untestable.has(base));
  if (node === undefined) return null;
  return askFor(
    search,
    node,
    `whether ${nodes.length > 1 ? 'one of them' : 'it'} ${fromBeforeWords(search)}`,
  );
}

function askFor(search: Search, node: number, what: string): Ask {
  const why = `${search.range.graph.names.at(node)}, where a branch leaves the history of the good end, tells ${what}`;
  return { node, repeats: 1, purpose: 'merge-base', why };
}

const unseen = ({ runs }: OpenCase, nodes: readonly number[]) => nodes.filter((node) => !runs.has(node));

const fromBeforeWords = ({ problem }: Search) =>
  problem.direction === 'fixed'
    ? 'works because it never was broken'
    : 'is bad from before the good end was repaired';

/** The nodes of all suspects; of those that are too many to be listed, of all that are possible. */
function suspectsIn({ range }: Search, { suspects, posterior }: OpenCase): readonly number[] {
  const { graph, part } = range;
  if (suspects.listed.length === suspects.count)
    return suspects.listed.map(({ version }) => graph.names.indexOf(version));
  return [...part.nodeOf].filter((_, local) => posterior.candidates[local]! > 0);
}
