import type { Outcome } from '../../store/events/observation.ts';
import type { Lane } from './lane.ts';

/** Outcomes that are evidence. An error, a skip or a missing result is none; an expected failure is not new. */
export const BAD: readonly Outcome[] = ['fail', 'timeout'];
export const GOOD: readonly Outcome[] = ['pass', 'xpass'];

/** Results of one test at one place. */
export interface CellResults {
  /** By outcome: the results (`ID#index`) with it, the earliest first. For results that nothing refers to, the first stands for all. */
  readonly outcomes: ReadonlyMap<Outcome, readonly string[]>;
  /** Whether one of them has this outcome; faster than looking into `outcomes`. */
  has(outcome: Outcome): boolean;
  /** Since when one of them is known: the end of its known-at. */
  known(address: string): string;
}

/** Where results are; the configuration as switches, null where it is the default. */
export interface ResultPlace {
  readonly release: string;
  readonly arch: string;
  readonly config: string | null;
}

/** The outcomes of all tests at one place, without the results themselves. */
export interface OutcomesHere {
  /** Whether a result of this test has one of these outcomes. */
  hasAny(test: string, outcomes: readonly Outcome[]): boolean;
}

/** The compilers with which the builds passed a test, and those with which they failed it. */
export interface CompilersApart {
  readonly passes: readonly string[];
  readonly fails: readonly string[];
}

/** How tests fared that came to both at one place: what the first result of each outcome does not tell. */
export interface RatedResults {
  /** How a test fared at recorded releases, on each machine and with each compiler; null of tests that never came to both at one place. */
  lanes(test: string): readonly Lane[] | null;
  /**
   * Tells whether builds that pass a test at a place and those that fail it differ in compiler, each of them: then no run there
   * contradicts another. Null where a compiler is on both sides, or is not told of one of them.
   */
  compilersApart(test: string, release: string, arch: string, config: string | null): CompilersApart | null;
}

/** Finds results by test, release, architecture and configuration (null: the defaults). */
export interface ResultIndex extends RatedResults {
  at(test: string, release: string, arch: string, config: string | null): CellResults | null;
  /** The outcomes at a place; null where there are no results at all. Faster than `at`, where the results themselves are not needed. */
  here(release: string, arch: string, config: string | null): OutcomesHere | null;
  /** Every place where any test may have results, by name. */
  places(): readonly ResultPlace[];
  /** Those where a test has some, by name. */
  placesOf(test: string): readonly ResultPlace[];
  /** The tests with one of these outcomes somewhere, each with the places where it has it, by name: found without asking the others. */
  having(outcomes: readonly Outcome[]): ReadonlyMap<string, readonly ResultPlace[]>;
  /** Tells whether any test may have results at a release; asked before its tests are. */
  hasRelease(release: string): boolean;
  /** The architectures on which any test may have results. */
  archs(): ReadonlySet<string>;
}

/** No results at all. */
export const noResults: ResultIndex = {
  at: () => null,
  here: () => null,
  places: () => [],
  placesOf: () => [],
  having: () => new Map(),
  lanes: () => null,
  compilersApart: () => null,
  hasRelease: () => false,
  archs: () => new Set(),
};
