import {
  commitGraphFiles,
  commitsTouching,
  revList,
  subjectsOf,
  tagsOf,
} from '../../../importers/git/history.ts';
import { commitOf } from '../../../importers/git/run-git.ts';
import { canonicalRelease } from '../../../store/names/release-name.ts';
import { graphFromCommitGraphFiles } from '../../../queries/bisect/commit-graph-file.ts';
import type { VersionGraph } from '../../../queries/bisect/graph.ts';
import { graphFromRevList } from '../../../queries/bisect/rev-list-text.ts';
import { recordedHistory } from '../../../queries/bisect-session/history.ts';
import type { Session } from '../../../queries/bisect-session/session.ts';
import type { SessionHistory } from '../../../queries/bisect-session/step.ts';
import type { Model } from '../../../queries/model.ts';
import { nearest, QueryError } from '../../../queries/query-error.ts';

/** The history of a session with what is needed to name its versions. */
export interface OpenHistory extends SessionHistory {
  /** Names the version that a word means. */
  resolve(word: string): Promise<string>;
  /** Learns the subjects of some versions, for showing them. */
  learnSubjects(versions: readonly string[]): Promise<void>;
}

/**
 * Opens the history of a session: of its clone where its versions are commits, else of the log.
 *
 * @throws QueryError when the clone is not known on this machine.
 */
export async function openHistory(
  model: Model,
  session: Session,
  repository: string | null,
): Promise<OpenHistory> {
  const { over, good, bad, paths = [] } = session.start.payload;
  if (over !== 'commits') return recorded(model, recordedHistory(model, session));
  if (repository === null)
    throw new QueryError('this session needs its clone, and where it is on this machine is not known', {
      hint: 'add --repo DIR',
    });
  const tags = await tagsOf(repository);
  const graph = await graphOf(repository, [...good, ...bad]);
  const touched = (await commitsTouching(repository, good, bad, paths)).filter(
    (c) => graph.names.indexOf(c) >= 0,
  );
  const subjects = new Map<string, string>();
  return {
    graph,
    tags: new Set([...tags.values()].filter((commit) => graph.names.indexOf(commit) >= 0)),
    touched,
    versionOf: (release) => tags.get(release) ?? null,
    subject: (version) => subjects.get(version) ?? model.changes.get(version)?.payload.subject ?? null,
    resolve: async (word) => known(graph, await commitOf(repository, word), word),
    async learnSubjects(versions) {
      const wanted = [...new Set(versions)].filter((v) => !subjects.has(v));
      for (const [commit, subject] of await subjectsOf(repository, wanted)) subjects.set(commit, subject);
    },
  };
}

/** Reads the graph from the commit-graph of the clone where that holds all ends, else from `git rev-list`. */
export async function graphOf(repository: string, ends: readonly string[]): Promise<VersionGraph> {
  const files = await commitGraphFiles(repository);
  if (files !== null) {
    const graph = graphFromCommitGraphFiles(files);
    if (ends.every((end) => graph.names.indexOf(end) >= 0)) return graph;
  }
  return graphFromRevList(await revList(repository, ends));
}

function recorded(model: Model, graph: VersionGraph): OpenHistory {
  return {
    graph,
    tags: new Set(model.graph.order.filter((name) => graph.names.indexOf(name) >= 0)),
    touched: [],
    versionOf: (release) => (graph.names.indexOf(release) >= 0 ? release : null),
    subject: (version) => model.changes.get(version)?.payload.subject ?? null,
    resolve(word) {
      const release = canonicalRelease(word);
      if (release !== null && graph.names.indexOf(release) >= 0) return Promise.resolve(release);
      const change = model.graph.resolve(word);
      if (graph.names.indexOf(change) >= 0) return Promise.resolve(change);
      const names = Array.from({ length: graph.size }, (_, i) => graph.names.at(i));
      const begin = /^[0-9a-f]{7,40}$/.test(word) ? names.filter((n) => n.startsWith(word)) : [];
      if (begin.length === 1) return Promise.resolve(begin[0]!);
      return Promise.reject(
        new QueryError(`"${word}" is no version of this search`, {
          suggestions: nearest(release ?? word, names),
        }),
      );
    },
    learnSubjects: () => Promise.resolve(),
  };
}

function known(graph: VersionGraph, commit: string, word: string): string {
  if (graph.names.indexOf(commit) >= 0) return commit;
  throw new QueryError(`${word} is no ancestor of an end of this search`, {
    hint: 'its outcome would say nothing of the candidates',
  });
}
