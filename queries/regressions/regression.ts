import type { Stretch } from '../releases/stretches.ts';
import type { Rates } from '../outcomes/fisher.ts';

/** Whether the documented contract, or what was observed to work, still holds. */
export type ContractState = 'kept' | 'broken' | 'unknown';

/** What part a change has in a regression. `latent` and `precondition` changes made the culprit break something. */
export type SuspectRole = 'culprit' | 'by-design' | 'precondition' | 'latent' | 'merge';

/** A change that may have caused a regression, with what speaks for and against it. */
export interface Suspect {
  /** 40 hex digits, or the message-id of a posting. */
  readonly change: string;
  readonly subject: string;
  readonly rank: number;
  readonly score: number;
  readonly role: SuspectRole;
  readonly for: readonly string[];
  readonly against: readonly string[];
}

/** A change that repairs a regression, and where it has arrived. */
export interface Fix {
  readonly change: string;
  readonly subject: string;
  /** By line: the release that has it, `pending`, or `never`. */
  readonly releases: Readonly<Record<string, string>>;
}

/** A fix that somebody spoke of, of which no record says yet what it does. */
export interface AnnouncedFix {
  readonly change: string | null;
  readonly says: string;
  readonly by: string;
  readonly status: string;
  readonly event: string;
}

/** How a flaky test fared in a line after it failed last as often as it did (`usual`): where that (`since`) is less than 1% likely, it is over. */
export interface Quiet extends Rates {
  /** The first release after that at which it passed. */
  readonly from: string;
}

/** A regression as the documents show it. */
export interface Regression {
  readonly id: string;
  /** Other ids that lead here: of claims that were joined to it, and of regressions that were merged into it. */
  readonly aliases: readonly string[];
  /** What it rests on first: behaviour records, a claim that names no behaviour, tests alone, or a guard. */
  readonly opened: 'records' | 'claim' | 'tests' | 'guard';
  readonly title: string;
  readonly behaviour: string | null;
  readonly archs: readonly string[];
  readonly consumers: readonly string[];
  readonly contract: ContractState;
  readonly observed: ContractState;
  readonly lastGood: readonly string[];
  readonly firstBad: readonly string[];
  readonly affected: readonly Stretch[];
  readonly suspects: readonly Suspect[];
  readonly fixes: readonly Fix[];
  /** Changes that were called a fix and are not the one that repairs it. */
  readonly companions: readonly { readonly change: string; readonly subject: string }[];
  /** Fixes that were spoken of, of which no record says yet what they do: by a change, or in words alone. */
  readonly announced: readonly AnnouncedFix[];
  /** What was done about it in the consumers. */
  readonly repairs: readonly {
    readonly consumer: string;
    readonly what: string;
    readonly status: string;
    readonly event: string;
  }[];
  /** `regression`, or what is listed apart: `degraded`, `refuses`, `configuration`. */
  readonly kind: 'regression' | 'degraded' | 'refuses' | 'configuration';
  readonly reported: boolean;
  /** Where tests that are flaky opened it: how often they failed before and since, and the chance of that had the rate stayed. */
  readonly rates?: Rates;
  /** Where tests alone opened it: by affected line, the release since which they pass again, whoever mended it. */
  readonly passesAgain?: Readonly<Record<string, string>>;
  /** Where flaky tests opened it: by affected line in which they were run since, how they fared, on the machine that says least. */
  readonly quiet?: Readonly<Record<string, Quiet>>;
  readonly evidence: readonly string[];
}

/** What `regline culprits --format json` writes: fields may be added, never changed. */
export interface CulpritsDocument {
  readonly schema: 'regline.culprits/1';
  readonly asOf: string | null;
  readonly regressions: readonly Regression[];
}
