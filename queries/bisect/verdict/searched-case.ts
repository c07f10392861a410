import type { OpenCase } from '../beliefs/open-case.ts';
import type { Search } from '../beliefs/search.ts';
import type { Tally } from '../range/tally.ts';

/** One regression in its search, with everything that its verdict depends on. */
export interface SearchedCase {
  readonly search: Search;
  readonly tally: Tally;
  readonly open: OpenCase;
  /** Versions whose state is older than what is searched (see `fromBefore`). */
  readonly fromBefore: readonly number[];
  /**
   * Whether a branch point is tested that tells whether the answer changed anything: always in a search for a fix, on request in
   * one for a regression.
   */
  readonly testsBases: boolean;
}

/** Tells whether a version can be tested on the platform of the regression, as far as anybody has tried. */
export function isTestable({ tally, open }: Pick<SearchedCase, 'tally' | 'open'>, node: number): boolean {
  return tally.untestable.get(open.regression.platform)?.has(node) !== true;
}
