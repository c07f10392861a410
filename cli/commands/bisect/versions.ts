import type { SessionHistory } from '../../../queries/bisect-session/session-history.ts';

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
