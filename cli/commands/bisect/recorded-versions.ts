import { markAncestors, nodeNamed, type VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import { NO_HINTS } from '../../../queries/bisect-session/clone-hints.ts';
import type { Model } from '../../../queries/model/model.ts';
import { nearest, QueryError } from '../../../queries/model/query-error.ts';
import { canonicalRelease } from '../../../store/names/release-name.ts';
import type { OpenHistory } from './versions.ts';

/** The history that the log records, without any clone: its versions are releases and changes. */
export function recordedVersions(model: Model, graph: VersionGraph): OpenHistory {
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
    cutOff: new Set(),
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
