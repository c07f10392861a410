import { commitsBetween, commitsTouching, subjectsOf, tagsOf } from '../../../importers/git/history.ts';
import { commitOf } from '../../../importers/git/run-git.ts';
import { NO_HINTS } from '../../../queries/bisect-session/clone-hints.ts';
import type { Session } from '../../../queries/recorded-sessions/session.ts';
import type { Model } from '../../../queries/model/model.ts';
import { cutOff, graphOf, pathHistory, sharedTrees } from './clone-reads.ts';
import { hintsOf } from './hints.ts';
import type { OpenHistory } from './versions.ts';

const HASH = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** The history in a clone; null where the session is of recorded changes and the clone does not have its ends. */
export async function cloneVersions(
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
    cutOff: await cutOff(repository),
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
