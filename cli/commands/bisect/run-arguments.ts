import type { BisectArguments } from './open-session.ts';

/** What `bisect run` takes: the command to run is the tail. */
export interface RunArguments extends BisectArguments {
  readonly tail?: readonly string[];
  readonly timeout?: string;
  readonly machine?: string;
  readonly boot?: string;
  readonly steps?: string;
  readonly ahead?: boolean;
  readonly resetWhenFound?: string;
  /** How many runs more confirm an answer. */
  readonly confirm?: string;
}
