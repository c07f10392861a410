import type { HistoryState, SeenVersion } from './history-turns.ts';
import type { Rate, SeenResult } from './seen-result.ts';

/** One test at one place: what it came to, version by version, each after those that it continues. */
export interface Lane {
  readonly arch: string | null;
  readonly config: string | null;
  readonly platform: string | null;
  readonly compiler: string | null;
  readonly origins: readonly string[];
  readonly seen: readonly SeenVersion[];
}

/** What tells the lanes of a test apart. */
export function laneKey({
  arch,
  config,
  platform,
  compiler,
}: Pick<SeenResult, 'arch' | 'config' | 'platform' | 'compiler'>): string {
  return JSON.stringify([arch, config, platform, compiler]);
}

/** What results of one version came to together. */
export function stateOf({ good, bad }: Rate): HistoryState {
  if (good > 0 && bad > 0) return 'mixed';
  return good > 0 ? 'pass' : bad > 0 ? 'fail' : 'inconclusive';
}
