import type { Scalar } from '../../store/events/fields.ts';
import type { Consumer } from '../model/model.ts';
import type { GuardAnswer, GuardAt } from './guards.ts';
import type { LaneVerdicts } from './lane-verdicts.ts';
import type { Likeness } from './likeness.ts';
import type { Need } from './needs.ts';
import type { Standing } from './standing.ts';
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
  /** Null for those without guards, which are most. */
  readonly guardAt: GuardAt | null;
  readonly verdicts: Map<string, Verdict>;
  /** Those of all releases, once somebody has asked for them. */
  along?: LaneVerdicts;
}

/** What records say of a lane: the same for all consumers that need the same under the same circumstances. */
export interface LaneRecords {
  /** The classes of releases at which they say the same. */
  readonly like: Likeness;
  /** Works needs out, once somebody has asked for them. */
  needsAt?: (release: string) => readonly Need[];
  /** By class, one for all that are alike. */
  readonly needs: Map<string, readonly Need[]>;
  readonly standings: Map<string, Standing>;
  /** How those standings are weighed, by what else is said of a cell: a guard, and tests. */
  readonly weighed: Map<Standing, Map<GuardAnswer | null, WeighedByTests>>;
}

export type WeighedByTests = Map<TestedStatus['status'] | null, Weighed>;
