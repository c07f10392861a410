import type { Settlement } from './settling.ts';

export type ContradictionKind =
  | 'versions'
  | 'dispute'
  | 'claim-claim'
  | 'claim-observation'
  | 'claim-prediction'
  | 'prediction-observation'
  | 'ci-ci'
  | 'compilers'
  | 'culprits';

export interface ContradictionSide {
  readonly says: string;
  /** Event ids (`ID#index` for results). */
  readonly evidence: readonly string[];
}

export interface Contradiction extends Settlement {
  readonly kind: ContradictionKind;
  readonly about: string;
  /** What stays the same of it while more is learnt, where `about` has a title that changes with that; two moments are compared by it. */
  readonly matter?: string;
  readonly sides: readonly ContradictionSide[];
  /** The decision that settled it, in this log. */
  readonly settledBy: string | null;
}
