import { recordedHistory } from '../../../queries/bisect-session/history.ts';
import type { Session } from '../../../queries/recorded-sessions/session.ts';
import type { Model } from '../../../queries/model/model.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import { cloneVersions } from './clone-versions.ts';
import type { OpenHistory } from './versions.ts';
import { pairVersions } from './pair-versions.ts';
import { recordedVersions } from './recorded-versions.ts';

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
    repository !== null && over !== 'releases'
      ? await cloneVersions(model, session, repository, folder)
      : null;
  const history = inClone ?? recordedVersions(model, recordedHistory(model, session));
  return second === undefined ? history : pairVersions(history, session);
}
