import type { Rates } from '../results/fisher.ts';

/** The documents that queries answer with. Their JSON is what others rely on: fields may be added, never changed. */

export type CellStatus =
  'works' | 'degraded' | 'broken' | 'refuses' | 'unknown' | 'conflict' | 'not-applicable';
export type Basis = 'tested' | 'reported' | 'predicted' | 'inferred';
export type ContractState = 'kept' | 'broken' | 'unknown';

export interface TableCell {
  readonly consumer: string;
  readonly variant: string | null;
  readonly version: string | null;
  readonly release: string;
  readonly arch: string;
  readonly config: string | null;
  readonly status: CellStatus;
  /** What the status rests on; null where nothing is known. */
  readonly basis: Basis | null;
  readonly confidence: 'verified' | 'concluded' | null;
  /** Somebody has said that it is broken here. */
  readonly reported: boolean;
  readonly culprits: readonly string[];
  readonly fixedBy: readonly string[];
  /** Full ids of the events that the status rests on. */
  readonly evidence: readonly string[];
  readonly note: string | null;
}

export interface TableDocument {
  readonly schema: 'regline.table/1';
  readonly asOf: string | null;
  readonly releases: readonly string[];
  readonly archs: readonly string[];
  readonly cells: readonly TableCell[];
}

export type SuspectRole = 'culprit' | 'by-design' | 'precondition' | 'latent' | 'merge';

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

export interface Fix {
  readonly change: string;
  readonly subject: string;
  /** By line: the release that has it, `pending`, or `never`. */
  readonly releases: Readonly<Record<string, string>>;
}

export interface Stretch {
  readonly line: string;
  readonly from: string;
  /** Null: it goes on. */
  readonly to: string | null;
}

export interface AnnouncedFix {
  readonly change: string | null;
  readonly says: string;
  readonly by: string;
  readonly status: string;
  readonly event: string;
}

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
  readonly evidence: readonly string[];
}

export interface CulpritsDocument {
  readonly schema: 'regline.culprits/1';
  readonly asOf: string | null;
  readonly regressions: readonly Regression[];
}

export interface TimelineSpan extends Stretch {
  readonly status: CellStatus;
  readonly basis: Basis | null;
  readonly evidence: readonly string[];
}

export interface TimelineLane {
  readonly consumer: string;
  readonly variant: string | null;
  readonly arch: string;
  readonly spans: readonly TimelineSpan[];
}

export interface TimelineDocument {
  readonly schema: 'regline.timeline/1';
  readonly asOf: string | null;
  readonly lanes: readonly TimelineLane[];
}

export interface ExplainStep {
  readonly says: string;
  readonly rule: string | null;
  readonly events: readonly {
    readonly id: string;
    readonly type: string;
    readonly knownAt: string | null;
    readonly source: string;
    readonly excerpt: string | null;
  }[];
}

export interface ExplainDocument {
  readonly schema: 'regline.explain/1';
  readonly subject: string;
  readonly verdict: string | null;
  readonly steps: readonly ExplainStep[];
}
