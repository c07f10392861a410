import type { OpenCase } from './open-case.ts';
import type { Search } from './search.ts';

/** As of a bad version below a good one: twice seen is settled. */
export const TWICE = 2;

/** Versions by what most of their runs showed, with how many more those were. What is said of an end counts as seen once. */
export interface NetRuns {
  readonly bad: ReadonlyMap<number, number>;
  readonly good: ReadonlyMap<number, number>;
}

/** Counts how often each version was seen to be what it is. */
export function netRuns({ range: { bads, goods } }: Search, { runs }: OpenCase): NetRuns {
  const unseen = (ends: readonly number[]) =>
    new Map(ends.filter((node) => !runs.has(node)).map((node) => [node, 1]));
  const [bad, good] = [unseen(bads), unseen(goods)];
  for (const [node, tally] of runs) {
    const more = tally.bad - tally.good;
    if (more > 0) bad.set(node, more + (bads.includes(node) ? 1 : 0));
    if (more < 0) good.set(node, -more + (goods.includes(node) ? 1 : 0));
  }
  return { bad, good };
}
