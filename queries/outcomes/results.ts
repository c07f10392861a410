import type { Outcome } from '../../store/events/observation.ts';
import type { Lane } from './lane.ts';

/** An error, a skip or a missing result says nothing about the kernel; an expected failure is no news. */
export const BAD: readonly Outcome[] = ['fail', 'timeout'];
export const GOOD: readonly Outcome[] = ['pass', 'xpass'];

/** Results of one test at one place. */
export interface CellResults {
  /** By outcome: events (`ID#index`) that show it, the earliest first. Of runs that nothing speaks about the first stands for all. */
  readonly outcomes: ReadonlyMap<Outcome, readonly string[]>;
  /** Whether one of them has this outcome: asked of many cells whose addresses nobody asks for. */
  has(outcome: Outcome): boolean;
  /** When one of them came to be known: the end of its known-at. */
  known(address: string): string;
}

/** Where results are; the configuration as switches, null where it is the default. */
export interface ResultPlace {
  readonly release: string;
  readonly arch: string;
  readonly config: string | null;
}

/** The results of all tests at one place, as far as one asks what came out and not which results they are. */
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
  /** What came out at a place; null where there are no results at all. Asked of thousands of places, of which few are asked for their results. */
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
