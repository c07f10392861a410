import type { Regression } from '../model/documents.ts';
import type { ViolationStretch } from '../verdict/violations.ts';

/** A regression with what it was made from, for tables and explanations. */
export interface FoundRegression {
  readonly document: Regression;
  readonly stretch: ViolationStretch;
  readonly excluded: readonly { readonly change: string; readonly reason: string }[];
}
