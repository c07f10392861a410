import type { Suspect } from '../beliefs/suspects.ts';

/** Where a search stands. */
export type SearchState = 'running' | 'concluded' | 'suspects' | 'contradiction';

/** Why a version is to be tested. */
export type PickPurpose =
  | 'search'
  /** A good end is no ancestor of a bad end: their common base decides whether the search makes sense. */
  | 'merge-base'
  | 'see-it-bad'
  | 'see-parent-good'
  /** Outcomes contradict one another, or the ends. */
  | 'test-again';

/** A version to test next. */
export interface Pick {
  readonly version: string;
  readonly platform: string;
  readonly purpose: PickPurpose;
  /** How many runs; they can stop at the first failure. */
  readonly repeats: number;
  /** Expected information over all open regressions. */
  readonly bits: number;
  /** In the unit of the options' costs. */
  readonly cost: number;
  /** The chance that it can be built and booted. */
  readonly testable: number;
  readonly why: string;
}

/** An estimate with its spread. */
export interface Estimate {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** Where the search for one regression stands. */
export interface RegressionState {
  readonly regression: string;
  readonly state: SearchState;
  /** The size of the smallest set of versions that contains the culprit with 99%; with noise-free outcomes, of all not refuted. */
  readonly suspectCount: number;
  readonly suspectCountAtStart: number;
  /** Once there is an answer, with the probabilities that may be claimed (see `claimOf`). */
  readonly top: readonly Suspect[];
  /** The probabilities of "already bad at the good ends" and of "never bad". */
  readonly always: number;
  readonly never: number;
  readonly falseFail: number;
  readonly falsePass: number;
  /** Whether outcomes that were taken as certain contradict one another; since then flakes are allowed for. */
  readonly contradicted: boolean;
  /** Bad versions that are bad for an older reason than the culprit (see `fromBefore`): they are no evidence. */
  readonly fromBefore: readonly string[];
  /** Of an answer: untested branch points that would show whether it changed anything. */
  readonly unseenBases: readonly string[];
  /** Of an answer: bad versions on separate branches of which it is only assumed that they have one cause. */
  readonly apart: readonly string[];
  /**
   * Of an answer that may be the second of two changes (the test failed sometimes before it, and always since): the bad versions
   * before it, oldest first. Empty where that is unlikely.
   */
  readonly seenBefore: readonly string[];
  readonly why: string;
}

/** What to do next, as a function of problem, outcomes and options alone. */
export interface Decision {
  readonly state: SearchState;
  readonly next: readonly Pick[];
  readonly regressions: readonly RegressionState[];
  readonly buildsLeft: Estimate;
  readonly runsLeft: Estimate;
  /** Groups of regressions that have one likely culprit. */
  readonly sharedCulprits: readonly SharedCulprit[];
  readonly why: string;
}

export interface SharedCulprit {
  readonly version: string;
  readonly regressions: readonly string[];
  /** The probability that all of them have this culprit, were they independent. */
  readonly p: number;
}
