import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { laterMentions, pathsBetween } from '../../../importers/git/candidate-hints.ts';
import { GitError } from '../../../importers/git/run-git.ts';
import { markAncestors, nodeNamed, type VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import type { CloneHints } from '../../../queries/bisect-session/clone-hints.ts';
import type { Session } from '../../../queries/recorded-sessions/session.ts';
import { replaceFile } from './local-file.ts';

/** More candidates than this are not asked for their paths (a second and a half). */
const MOST_PATHS = 10_000;
/** More later commits than this are not searched for reverts and `Fixes:` (a few seconds). */
const MOST_LATER = 100_000;

/** The candidates of a session in a clone. Ends are full hashes. */
export interface Hinted {
  readonly repository: string;
  readonly session: Session;
  readonly graph: VersionGraph;
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /** Where what was read is kept for the next verb; null: nowhere. */
  readonly folder: string | null;
}

interface Stored extends Omit<CloneHints, 'paths'> {
  readonly key: string;
  readonly paths: readonly (readonly [string, readonly string[]])[];
}

/**
 * Reads what a clone says of the candidates of a session: their paths, and who reverts or fixes them later. What was
 * committed after the session began is not looked at, so that a clone which is kept up to date gives the same picks.
 */
export async function hintsOf({
  repository,
  session,
  graph,
  good,
  bad,
  folder,
}: Hinted): Promise<CloneHints> {
  const key = [repository, ...good, '..', ...bad].join('\n');
  const file = folder === null ? null : join(folder, 'hints.json');
  const stored = file === null ? null : await storedHints(file, key);
  if (stored !== null) return stored;
  const candidates = countBetween(graph, good, bad);
  const tooMany = candidates > MOST_PATHS;
  const paths = tooMany ? new Map<string, readonly string[]>() : await pathsBetween(repository, good, bad);
  const later = await mentionsOf(repository, session, bad);
  const leftOut = [
    ...(tooMany ? [`the paths of ${candidates} candidates were not read (more than ${MOST_PATHS})`] : []),
    ...later.leftOut,
  ];
  const hints: CloneHints = { paths, mentions: later.mentions, leftOut };
  if (file !== null && folder !== null) {
    await mkdir(folder, { recursive: true });
    await replaceFile(file, JSON.stringify({ ...hints, key, paths: [...paths] } satisfies Stored));
  }
  return hints;
}

/** What later commits say of earlier ones. The search can do without: a branch or tag of nothing that is there does not end it. */
async function mentionsOf(
  repository: string,
  session: Session,
  bad: readonly string[],
): Promise<Pick<CloneHints, 'mentions' | 'leftOut'>> {
  try {
    const mentions = await laterMentions(repository, bad, beginningS(session), MOST_LATER);
    if (mentions !== null) return { mentions, leftOut: [] };
    const says = `reverts and Fixes: of more than ${MOST_LATER} later commits were not searched`;
    return { mentions: [], leftOut: [says] };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const says = `reverts and Fixes: of later commits were not searched: ${error.message}`;
    return { mentions: [], leftOut: [says] };
  }
}

/** What an earlier verb has read; null where there is nothing, or it is of other ends. */
async function storedHints(file: string, key: string): Promise<CloneHints | null> {
  try {
    const stored = JSON.parse(await readFile(file, 'utf8')) as Stored;
    if (stored.key !== key) return null;
    return { paths: new Map(stored.paths), mentions: stored.mentions, leftOut: stored.leftOut };
  } catch {
    return null;
  }
}

/** When a session began; null where nobody knows, or it is only tried. */
function beginningS({ start }: Session): number | null {
  const at = Date.parse(start.knownAt ?? '');
  return Number.isNaN(at) ? null : Math.floor(at / 1000);
}

function countBetween(graph: VersionGraph, good: readonly string[], bad: readonly string[]): number {
  const marked = (names: readonly string[]) =>
    markAncestors(
      graph,
      names.map((name) => nodeNamed(graph, name)),
    );
  const contained = marked(good);
  return marked(bad).reduce((count, reached, node) => count + (reached & ~contained[node]! & 1), 0);
}
