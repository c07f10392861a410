import type { Posterior } from '../beliefs/posterior.ts';
import type { TwoChanges } from '../beliefs/two-changes.ts';
import type { Costs } from '../range/problem.ts';
import type { CandidateRange } from '../range/range.ts';

/** What choosing on one platform needs to know. */
export interface ProbeMarket {
  readonly range: CandidateRange;
  /** The regressions of this platform that are still open. */
  readonly posteriors: readonly Posterior[];
  /** By regression: the second of two changes that are allowed for. */
  readonly seconds: readonly (TwoChanges | null)[];
  /** How likely a suspect has to be before it is the answer. */
  readonly certainty: number;
  readonly costs: Costs;
  /** 1 for nodes of the range whose build is at hand. */
  readonly cached: Uint8Array;
  readonly tagged: Uint8Array;
  /** Probability that a version can be built and booted, by node of the range. */
  readonly testable: Float64Array;
  /** Nodes of the whole graph outside of the range that are worth a test when the ends are in doubt. */
  readonly outside: readonly { readonly node: number; readonly isCached: boolean }[];
}

/** A version to test, and what it is worth. */
export interface ScoredProbe {
  /** A node of the whole graph. */
  readonly node: number;
  /** The same as a node of the range, or -1. */
  readonly local: number;
  readonly repeats: number;
  /** Expected bits over all open regressions, the chance that it cannot be tested included. */
  readonly bits: number;
  readonly cost: number;
  /** Bits per unit of cost. */
  readonly score: number;
  readonly testable: number;
  /** By open regression: the probability that this version is bad. */
  readonly bad: readonly number[];
  /** Why a near tie was decided for it. */
  readonly preferred: 'cached' | 'tag' | 'mainline' | null;
}
