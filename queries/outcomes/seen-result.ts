import type { Outcome } from '../../store/events/observation.ts';

/** One result, with what tells it from others. */
export interface SeenResult {
  readonly test: string;
  readonly arch: string | null;
  readonly config: string | null;
  readonly platform: string | null;
  /** What the kernel was built with, `clang` or `gcc`, where that is told. */
  readonly compiler?: string;
  readonly origin: string;
  readonly outcome: Outcome;
  /** `ID#index`. */
  readonly address: string;
  /** Runs of it that failed, told with this outcome. */
  readonly failedRuns?: number;
  /** Somebody laid the failure to an issue that is known: of this version, or whenever the test fails. */
  readonly knownIssue?: 'here' | 'always';
  /** Laid to infrastructure, another cause or a newer selftest: the test was run, and the result says nothing of the version. */
  readonly aside?: true;
}

/** A result with the version that it is of. */
export interface PlacedResult extends SeenResult {
  /** A release, else a commit (12 hex digits), else the origin's name of the build; null where nothing says which kernel ran. */
  readonly version: string | null;
  /** The tree that was taken, where it is told. */
  readonly tree: string | null;
  /** The end of the result's known-at. */
  readonly known: string;
  /** The mail that tells it, where one does: what it tells of two commits it compares. */
  readonly mail?: string;
}

/** How results of one test came out together. */
export interface Rate {
  readonly good: number;
  readonly bad: number;
  /** Skipped, missing, broken off, or laid to something else: they say nothing. */
  readonly inconclusive: number;
}

const GOOD: ReadonlySet<Outcome> = new Set<Outcome>(['pass', 'xpass']);
/** A failure that was expected is one all the same; whoever ran the test says so of this very result. */
const BAD: ReadonlySet<Outcome> = new Set<Outcome>(['fail', 'timeout', 'xfail']);

/** How a result counts. */
export type Counting = Pick<SeenResult, 'outcome' | 'failedRuns' | 'aside'>;

/** The test did what it asks for. */
export const isGood = (r: Counting) => r.aside !== true && GOOD.has(r.outcome);
/** It did not. */
export const isBad = (r: Counting) => r.aside !== true && BAD.has(r.outcome);

const BROKEN_OFF: ReadonlySet<Outcome> = new Set<Outcome>(['error', 'miss', 'unknown']);
/** It was to do it, and nobody knows whether it did; who skips a test knows that it says nothing. */
export const hasBrokenOff = (r: SeenResult) => r.aside !== true && BROKEN_OFF.has(r.outcome);

/** How often it did not. */
export const failures = (r: Counting) => (r.aside === true ? 0 : (r.failedRuns ?? 0) + (isBad(r) ? 1 : 0));

/** Counts outcomes by what they say. */
export function rateOf(results: readonly SeenResult[]): Rate {
  const good = results.filter(isGood).length;
  const bad = results.reduce((sum, r) => sum + failures(r), 0);
  return { good, bad, inconclusive: results.filter((r) => !isGood(r) && !isBad(r)).length };
}

/** Tells whether anything was learnt. */
export function conclusive({ good, bad }: Rate): boolean {
  return good + bad > 0;
}

/** One result of each outcome, enough to look at: the same ones whatever order the log met them in. */
export function telling(results: readonly SeenResult[]): readonly SeenResult[] {
  const least = new Map<string, SeenResult>();
  for (const r of results) {
    const kind = `${r.outcome} ${r.aside === true}`;
    const before = least.get(kind);
    if (before === undefined || r.address < before.address) least.set(kind, r);
  }
  return [...least].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, r]) => r);
}
