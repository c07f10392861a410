import type { RunFacts } from '../results/result-run.ts';
import { later } from '../results/source-time.ts';

/** A run begins with its first test, and is known when its last has begun at the earliest. */
export function runTimes({ startedAt, knownAt }: RunFacts, begun: string | null): RunFacts {
  const known = later(knownAt, begun);
  const started = startedAt ?? begun;
  return {
    ...(known === null ? {} : { knownAt: known }),
    ...(started === null ? {} : { startedAt: started }),
  };
}
