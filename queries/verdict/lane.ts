import type { Scalar } from '../../store/events/fields.ts';
import type { Consumer } from '../model/model.ts';
import type { GuardAnswer, GuardAt } from './guards.ts';
import type { LaneVerdicts } from './lane-verdicts.ts';
import type { Equivalence } from './equivalence.ts';
import type { Need } from './needs.ts';
import type { PredictedStatus } from './predicted-status.ts';
import type { TestedStatus } from './tested.ts';
import type { Verdict } from './verdict.ts';
import type { Weighed } from './weighing.ts';

/** One consumer on one architecture in one configuration, over all releases. */
export interface Lane {
  readonly consumer: Consumer;
  readonly arch: string;
  readonly config: string | null;
  readonly switches: Readonly<Record<string, Scalar>>;
  readonly records: LaneRecords;
  /** Null for a consumer without guards, as most are. */
  readonly guardAt: GuardAt | null;
  readonly verdicts: Map<string, Verdict>;
  /** The verdicts of all releases, once they were asked for. */
  along?: LaneVerdicts;
}

/** What follows from the records for a lane. Lanes share it whose consumers have the same needs under the same circumstances. */
export interface LaneRecords {
  readonly equivalent: Equivalence;
  /** Computes the needs; made when they are asked for first. */
  needsAt?: (release: string) => readonly Need[];
  /** By the first of the equivalent classes. */
  readonly needs: Map<string, readonly Need[]>;
  readonly predictions: Map<string, PredictedStatus>;
  /** The results of weighing the predictions against further evidence: by guard, then by tests. */
  readonly weighed: Map<PredictedStatus, Map<GuardAnswer | null, WeighedByTests>>;
}

export type WeighedByTests = Map<TestedStatus['status'] | null, Weighed>;
