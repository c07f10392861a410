import type { HistoryState, SeenVersion } from './history-turns.ts';
import type { Rate, SeenResult } from './seen-result.ts';

/** The outcomes of one test at one place, by version; each version comes after its predecessors. */
export interface Lane {
  readonly arch: string | null;
  readonly config: string | null;
  readonly platform: string | null;
  readonly compiler: string | null;
  readonly origins: readonly string[];
  readonly seen: readonly SeenVersion[];
}

/** A key of a lane among those of a test. */
export function laneKey({
  arch,
  config,
  platform,
  compiler,
}: Pick<SeenResult, 'arch' | 'config' | 'platform' | 'compiler'>): string {
  return JSON.stringify([arch, config, platform, compiler]);
}

/** The combined state of the results of one version. */
export function stateOf({ good, bad }: Rate): HistoryState {
  if (good > 0 && bad > 0) return 'mixed';
  return good > 0 ? 'pass' : bad > 0 ? 'fail' : 'inconclusive';
}
