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
  readonly sides: readonly ContradictionSide[];
  /** The decision that settled it, in this log. */
  readonly settledBy: string | null;
}
