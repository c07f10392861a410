import type { Ask } from './ask.ts';
import { markAncestors, markDescendants } from '../graph/graph.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import type { Search } from '../beliefs/search.ts';
import { isTestable, type SearchedCase } from './searched-case.ts';

/**
 * Lists bad versions on separate branches that were not shown to have one cause: no bad version contains them all, and none is
 * contained in all. One cause is only assumed, because a change that was applied to each branch (a backport) looks the same, with a
 * good common ancestor. Empty for a flaky test: such a search tests its answer itself in any case. On main lines (several
 * bad ends of a search with first parents) what contains them all is no proof: each line may have the change by a merge of its own.
 */
export function branchesApart(
  { problem, range: { graph, bads } }: Search,
  { runs, rates }: Pick<OpenCase, 'runs' | 'rates'>,
): readonly number[] {
  if (rates.kind !== 'exact') return [];
  const seen = [...runs].filter(([, { bad, good }]) => bad > good).map(([node]) => node);
  const bad = [...new Set([...bads, ...seen])].sort((a, b) => a - b);
  // Ancestors have lower numbers: only the last can contain all others.
  const newest = bad.at(-1);
  if (newest === undefined) return [];
  const inNewest = markAncestors(graph, [newest]);
  const onLines = problem.firstParent === true && bads.length > 1;
  if (!onLines && bad.every((node) => inNewest[node] === 1)) return [];
  const inside = new Map(bad.map((node) => [node, markAncestors(graph, [node])]));
  const first = bad.filter((node) => !bad.some((other) => other < node && inside.get(node)![other] === 1));
  const together = [...inside.values()].some((contained) => first.every((node) => contained[node] === 1));
  return first.length === 1 || (together && !onLines) ? [] : first;
}

/**
 * Gives the test that shows whether bad versions on separate branches have one cause: of their common ancestors, the one with most
 * of the listed suspects. Null where there are no such branches, or none of these can be tested.
 */
export function commonToSee(searched: SearchedCase): Ask | null {
  const { search, open } = searched;
  const { graph } = search.range;
  const apart = branchesApart(search, open);
  if (apart.length === 0) return null;
  const testable = search.problem.roles?.testable;
  const inAll = apart.map((node) => markAncestors(graph, [node]));
  const holding = open.suspects.listed.map(({ version }) =>
    markDescendants(graph, [graph.names.indexOf(version)]),
  );
  let [best, most] = [-1, 0];
  for (let node = 0; node < apart[0]!; node++) {
    const held = holding.reduce((sum, holds) => sum + holds[node]!, 0);
    if (held <= most || !inAll.every((contained) => contained[node] === 1)) continue;
    if (open.runs.has(node) || !isTestable(searched, node) || testable?.[node] === 0) continue;
    [best, most] = [node, held];
  }
  if (best < 0) return null;
  const nameOf = graph.names.at;
  const why = `${nameOf(best)}, which ${apart.map(nameOf).join(' and ')} have in common, tells whether one change explains that they are bad`;
  return { node: best, repeats: 1, purpose: 'see-it-bad', why };
}
