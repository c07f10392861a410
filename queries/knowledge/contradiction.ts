export type ContradictionKind =
  | 'versions'
  | 'dispute'
  | 'claim-claim'
  | 'claim-observation'
  | 'claim-prediction'
  | 'prediction-observation'
  | 'ci-ci'
  | 'culprits';

export interface ContradictionSide {
  readonly says: string;
  /** Event ids (`ID#index` for results). */
  readonly evidence: readonly string[];
}

export interface Contradiction {
  readonly kind: ContradictionKind;
  readonly about: string;
  readonly sides: readonly ContradictionSide[];
  /** The one thing to do that would settle it; null where only its author can. */
  readonly settles: string | null;
  /** The decision that settled it, in this log. */
  readonly settledBy: string | null;
}
