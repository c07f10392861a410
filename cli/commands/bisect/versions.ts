import {
  commitGraphFiles,
  commitsBetween,
  commitsTouching,
  revList,
  subjectsOf,
  tagsOf,
  treesOf,
} from '../../../importers/git/history.ts';
import { differUnder } from '../../../importers/git/path-changes.ts';
import { avoidCommitGraph, commitOf } from '../../../importers/git/run-git.ts';
import { BisectError } from '../../../queries/bisect/bisect-error.ts';
import { graphFromCommitGraphFiles } from '../../../queries/bisect/commit-graph-file.ts';
import {
  graphFromRecords,
  markAncestors,
  nodeNamed,
  type VersionGraph,
} from '../../../queries/bisect/graph.ts';
import { pathHistoryOf, type PathHistory } from '../../../queries/bisect/path-history.ts';
import { graphFromRevList } from '../../../queries/bisect/rev-list-text.ts';
import { recordedHistory } from '../../../queries/bisect-session/history.ts';
import { crossedHistory } from '../../../queries/bisect-session/pairs.ts';
import { pairName } from '../../../queries/bisect-session/pair-names.ts';
import { NO_HINTS } from '../../../queries/bisect-session/clone-hints.ts';
import type { Session } from '../../../queries/bisect-session/session.ts';
import type { SessionHistory } from '../../../queries/bisect-session/session-history.ts';
import type { Model } from '../../../queries/model/model.ts';
import { nearest, QueryError } from '../../../queries/model/query-error.ts';
import { hintsOf } from './hints.ts';
import { canonicalRelease } from '../../../store/names/release-name.ts';

/** The history of a session with what is needed to name its versions. */
export interface OpenHistory extends SessionHistory {
  /** What is checked out to test a version: a commit of the clone, or null. */
  readonly commitOf: (version: string) => string | null;
  /** Names the version that a word means. */
  resolve(word: string): Promise<string>;
  /** The versions that `A..B` means: what B has and A has not. */
  between(from: string, to: string): Promise<readonly string[]>;
  /** Learns the subjects of some versions, for showing them. */
  learnSubjects(versions: readonly string[]): Promise<void>;
}

/**
 * Opens the history of a session: of its clone where its versions are commits or a clone is at hand, else of the log.
 *
 * @param folder where this machine keeps what it has read for the session; null while there is none.
 * @throws QueryError when the clone is needed and not known on this machine.
 */
export async function openHistory(
  model: Model,
  session: Session,
  repository: string | null,
  folder: string | null = null,
): Promise<OpenHistory> {
  const { over, second } = session.start.payload;
  if (over === 'commits' && repository === null)
    throw new QueryError('this session needs its clone, and where it is on this machine is not known', {
      hint: 'add --repo DIR',
    });
  const inClone =
    repository !== null && over !== 'releases' ? await clone(model, session, repository, folder) : null;
  const history = inClone ?? recorded(model, recordedHistory(model, session));
  return second === undefined ? history : crossed(history, session);
}

const HASH = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** The history in a clone; null where the session is of recorded changes and the clone does not have its ends. */
async function clone(
  model: Model,
  session: Session,
  repository: string,
  folder: string | null,
): Promise<OpenHistory | null> {
  const { over, good, bad, paths = [], pathsOnly, chooser } = session.start.payload;
  const tags = await tagsOf(repository);
  const commitNamed = (name: string) => (HASH.test(name) ? name : tags.get(name));
  const ends = [...session.ends.good, ...session.ends.bad, ...good, ...bad]
    .map((name) => commitNamed(name.split(' x ')[0]!))
    .filter((commit) => commit !== undefined);
  if (over === 'changes' && good.concat(bad).some((end) => commitNamed(end) === undefined)) return null;
  const told = session.outcomes.flatMap(
    ({ payload: { version } }) => commitNamed(version.split(' x ')[0]!) ?? [],
  );
  const graph = await graphOf(repository, [...new Set([...ends, ...told])]);
  const has = (commit: string) => graph.names.indexOf(commit) >= 0;
  const [goods, bads] = [session.ends.good, session.ends.bad].map((side) =>
    side.flatMap((name) => commitNamed(name.split(' x ')[0]!) ?? []),
  ) as [string[], string[]];
  const touched = bads.length === 0 ? [] : await commitsTouching(repository, goods, bads, paths);
  const { prefill } = session.start.payload;
  const asGit = chooser === 'git' && pathsOnly === true && paths.length > 0;
  const subjects = new Map<string, string>();
  const resolve = (word: string) => commitOf(repository, word);
  return {
    graph,
    tags: new Set([...tags.values()].filter(has)),
    touched: touched.filter(has),
    pathHistory: asGit && bads.length > 0 ? await pathHistory(repository, graph, goods, bads, paths) : null,
    hints:
      prefill && chooser !== 'git' && bads.length > 0
        ? await hintsOf({ repository, session, graph, good: goods, bad: bads, folder })
        : NO_HINTS,
    builds: bads.length === 0 ? new Map() : await sharedTrees(repository, goods, bads),
    roles: null,
    versionOf: (release) => {
      const commit = tags.get(release);
      return commit !== undefined && has(commit) ? commit : null;
    },
    suspectOf: (change) => tags.get(change) ?? change,
    subject: (version) => subjects.get(version) ?? model.changes.get(version)?.payload.subject ?? null,
    commitOf: (version) => commitNamed(version) ?? null,
    resolve,
    async between(from, to) {
      const [a, b] = await Promise.all([resolve(from), resolve(to)]);
      return commitsBetween(repository, a, b);
    },
    async learnSubjects(versions) {
      const wanted = [...new Set(versions)].filter((v) => HASH.test(v) && has(v) && !subjects.has(v));
      for (const [commit, subject] of await subjectsOf(repository, wanted)) subjects.set(commit, subject);
    },
    meaningOf: (version) => ({ axis: null, version, second: null }),
  };
}

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
async function pathHistory(
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

const trees = new Map<string, ReadonlyMap<string, string>>();

/** The trees that several candidates share: equal trees are equal versions. */
async function sharedTrees(
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

function recorded(model: Model, graph: VersionGraph): OpenHistory {
  const has = (name: string) => graph.names.indexOf(name) >= 0;
  const resolve = (word: string): Promise<string> => {
    const release = canonicalRelease(word);
    if (release !== null && has(release)) return Promise.resolve(release);
    const change = model.graph.resolve(word);
    if (has(change)) return Promise.resolve(change);
    const names = Array.from({ length: graph.size }, (_, i) => graph.names.at(i));
    const begin = /^[0-9a-f]{7,40}$/.test(word) ? names.filter((n) => n.startsWith(word)) : [];
    if (begin.length === 1) return Promise.resolve(begin[0]!);
    return Promise.reject(
      new QueryError(`"${word}" is no version of this search`, {
        suggestions: nearest(release ?? word, names),
      }),
    );
  };
  return {
    graph,
    tags: new Set(model.graph.order.filter(has)),
    touched: [],
    pathHistory: null,
    hints: NO_HINTS,
    builds: new Map(),
    roles: null,
    versionOf: (release) => (has(release) ? release : null),
    suspectOf: (change) => change,
    subject: (version) => model.changes.get(version)?.payload.subject ?? null,
    commitOf: () => null,
    resolve,
    async between(from, to) {
      const [a, b] = await Promise.all([resolve(from), resolve(to)]);
      const old = markAncestors(graph, [nodeNamed(graph, a)]);
      const reached = markAncestors(graph, [nodeNamed(graph, b)]);
      return Array.from({ length: graph.size }, (_, node) => node)
        .filter((node) => reached[node] === 1 && old[node] === 0)
        .map((node) => graph.names.at(node));
    },
    learnSubjects: () => Promise.resolve(),
    meaningOf: (version) => ({ axis: null, version, second: null }),
  };
}

/** The history of pairs: `KERNEL x VERSION`, or with a comma. */
function crossed(history: OpenHistory, session: Session): OpenHistory {
  const pairs = crossedHistory(history, session);
  const { versions } = session.start.payload.second!;
  return {
    ...history,
    ...pairs,
    commitOf: (name) => history.commitOf(pairs.meaningOf(name).version),
    async resolve(word) {
      const [first, second, more] = word.split(/\s+x\s+|,/);
      if (first === undefined || second === undefined || more !== undefined)
        throw new QueryError(`"${word}" is no pair`, {
          hint: `a test is of two versions: "${pairName('KERNEL', versions[0]!)}"`,
        });
      if (!versions.includes(second))
        throw new QueryError(`"${second}" is none of the versions searched`, {
          suggestions: nearest(second, versions),
        });
      const name = pairName(await history.resolve(first), second);
      if (pairs.graph.names.indexOf(name) < 0)
        throw new QueryError(`"${word}" lies outside of the search`, {
          hint: 'its outcome would say nothing of the candidates',
        });
      return name;
    },
    between: () => Promise.reject(new QueryError('pairs are skipped one by one')),
    learnSubjects: (names) => history.learnSubjects(names.map((name) => pairs.meaningOf(name).version)),
  };
}
