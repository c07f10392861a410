import type { Pick } from './decision.ts';

/** A test that a search asks for beside those that tell most. */
export interface Ask {
  readonly node: number;
  readonly repeats: number;
  readonly purpose: Pick['purpose'];
  readonly why: string;
}
