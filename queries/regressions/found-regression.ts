import type { Regression } from './regression.ts';
import type { ViolationStretch } from '../verdict/violations.ts';

/** The repairs where none is known: a claim, a test or a guard names no behaviour that a change could mend. */
export const NOT_MENDED = { fixes: [], companions: [], announced: [], repairs: [] } as const;

/** A regression with what it was made from, for tables and explanations. */
export interface FoundRegression {
  readonly document: Regression;
  readonly stretch: ViolationStretch;
  readonly excluded: readonly { readonly change: string; readonly reason: string }[];
}
