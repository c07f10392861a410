import { commitGraphFiles, cutOffIn } from '../../../importers/git/commit-graph-files.ts';
import { revList, treesOf } from '../../../importers/git/history.ts';
import { differUnder } from '../../../importers/git/path-changes.ts';
import { avoidCommitGraph } from '../../../importers/git/run-git.ts';
import { BisectError } from '../../../queries/bisect/graph/bisect-error.ts';
import { graphFromCommitGraphFiles } from '../../../queries/bisect/graph/commit-graph-file.ts';
import {
  graphFromRecords,
  markAncestors,
  nodeNamed,
  type VersionGraph,
} from '../../../queries/bisect/graph/graph.ts';
import { pathHistoryOf, type PathHistory } from '../../../queries/bisect/graph/path-history.ts';
import { graphFromRevList } from '../../../queries/bisect/graph/rev-list-text.ts';

// What one command reads of a clone several times: commits do not change, so each is read once.

const graphs = new Map<string, VersionGraph>();

/**
 * Reads the graph from the commit-graph of the clone where that is sound and holds all tips, else from `git rev-list`.
 * What was read is kept for the next step: commits do not change.
 */
export async function graphOf(repository: string, tips: readonly string[]): Promise<VersionGraph> {
  if (tips.length === 0) return graphFromRecords([]);
  const holdsAll = (graph: VersionGraph) => tips.every((tip) => graph.names.indexOf(tip) >= 0);
  const known = graphs.get(repository);
  if (known !== undefined && holdsAll(known)) return known;
  const files = await commitGraphFiles(repository);
  let graph = files === null ? null : readableGraph(files);
  if (files !== null && graph === null) avoidCommitGraph(repository);
  if (graph === null || !holdsAll(graph)) graph = graphFromRevList(await revList(repository, tips));
  graphs.set(repository, graph);
  return graph;
}

/** A commit-graph is git's own cache: when it is damaged, or of a later format, the commits themselves are read. */
function readableGraph(files: readonly Uint8Array[]): VersionGraph | null {
  try {
    return graphFromCommitGraphFiles(files);
  } catch (error) {
    if (error instanceof BisectError) return null;
    throw error;
  }
}

const pathHistories = new WeakMap<VersionGraph, Map<string, PathHistory>>();

/** What the commits between ends change under some paths. Remembered for the next step. */
export async function pathHistory(
  repository: string,
  graph: VersionGraph,
  good: readonly string[],
  bad: readonly string[],
  paths: readonly string[],
): Promise<PathHistory> {
  const key = [...good, '..', ...bad, '--', ...paths].join('\n');
  const ofGraph = pathHistories.get(graph) ?? new Map<string, PathHistory>();
  const known = ofGraph.get(key);
  if (known !== undefined) return known;
  const nodesOf = (names: readonly string[]) => names.map((name) => nodeNamed(graph, name));
  const contained = markAncestors(graph, nodesOf(good));
  const reached = markAncestors(graph, nodesOf(bad));
  const between = [...reached.keys()].filter((node) => reached[node] === 1 && contained[node] === 0);
  const found = await pathHistoryOf(graph, between, (pairs) => differUnder(repository, paths, pairs));
  pathHistories.set(graph, ofGraph.set(key, found));
  return found;
}

const cutOffs = new Map<string, ReadonlySet<string>>();

/** The commits of a shallow clone that have parents which it lacks. */
export async function cutOff(repository: string): Promise<ReadonlySet<string>> {
  const known = cutOffs.get(repository) ?? (await cutOffIn(repository));
  cutOffs.set(repository, known);
  return known;
}

const trees = new Map<string, ReadonlyMap<string, string>>();

/** The trees that several candidates share: equal trees are equal versions. */
export async function sharedTrees(
  repository: string,
  good: readonly string[],
  bad: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const key = [repository, ...good, '..', ...bad].join('\n');
  const known = trees.get(key);
  if (known !== undefined) return known;
  const all = await treesOf(repository, good, bad);
  const uses = new Map<string, number>();
  for (const tree of all.values()) uses.set(tree, (uses.get(tree) ?? 0) + 1);
  const shared = new Map([...all].filter(([, tree]) => uses.get(tree)! > 1));
  trees.set(key, shared);
  return shared;
}
