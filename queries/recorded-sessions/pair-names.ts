import type { Payload } from '../../store/events/catalogue.ts';

/** Names the pair of a version of the first thing and one of the second. */
export function pairName(first: string, second: string): string {
  return `${first} x ${second}`;
}

/** Gives the ends of a search over pairs: the pair of the good versions, and that of the bad ones. */
export function pairEnds(start: Payload<'BisectStarted'>): {
  readonly good: readonly string[];
  readonly bad: readonly string[];
} {
  const { second, good, bad } = start;
  if (second === undefined) return { good, bad };
  return {
    good: good.map((g) => pairName(g, second.good)),
    bad: bad.map((b) => pairName(b, second.bad)),
  };
}
