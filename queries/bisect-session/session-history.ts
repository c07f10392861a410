import type { VersionGraph } from '../bisect/graph/graph.ts';
import type { PathHistory } from '../bisect/graph/path-history.ts';
import type { VersionRoles } from '../bisect/range/problem.ts';
import type { CloneHints } from './clone-hints.ts';

/** What the name of a version means where two things are searched at once. */
export interface PairMeaning {
  /** Which thing a suspect is a version of; null for a pair, which is what is tested. */
  readonly axis: string | null;
  /** The version of the first thing, or the suspect. */
  readonly version: string;
  /** The version of the second thing, in a pair. */
  readonly second: string | null;
}

/** What the clone or the log says of the versions of a session. */
export interface SessionHistory {
  readonly graph: VersionGraph;
  /** The version that a release is, or null where this history does not have it. */
  versionOf(release: string): string | null;
  /** Versions of a shallow clone that have parents which it lacks. */
  readonly cutOff: ReadonlySet<string>;
  /** Versions with a tag. */
  readonly tags: ReadonlySet<string>;
  /** How a change or a release is called where it is a suspect. */
  suspectOf(change: string): string;
  /** Candidates that touch the session's paths. */
  readonly touched: readonly string[];
  /** What the candidates change under the paths that the search is limited to; null where git's own choice does not need it. */
  readonly pathHistory: PathHistory | null;
  /** What the clone says of the candidates; nothing without a clone. */
  readonly hints: CloneHints;
  /** Names what is built of a version; versions of one name are the same. Those that nobody shares may be left out. */
  readonly builds: ReadonlyMap<string, string>;
  /** Who can be suspected and who can be tested, where that is not everybody. */
  readonly roles: VersionRoles | null;
  subject(version: string): string | null;
  /** What a name means where two things are searched at once. */
  meaningOf(version: string): PairMeaning;
}
