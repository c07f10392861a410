import { crossedHistory } from '../../../queries/bisect-session/pairs.ts';
import { pairName } from '../../../queries/recorded-sessions/pair-names.ts';
import type { Session } from '../../../queries/recorded-sessions/session.ts';
import { nearest, QueryError } from '../../../queries/model/query-error.ts';
import type { OpenHistory } from './versions.ts';

/** The history of pairs: `KERNEL x VERSION`, or with a comma. */
export function pairVersions(history: OpenHistory, session: Session): OpenHistory {
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
