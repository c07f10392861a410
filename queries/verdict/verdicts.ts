import type { Consumer, Model } from '../model/model.ts';
import { classesThereOf, type ClassesThere } from './classes-there.ts';
import { claimReach, type ClaimReach } from './claims.ts';
import type { GuardAt } from './guards.ts';
import { judgeOf } from './judge.ts';
import { lanesOf } from './lanes.ts';
import type { Need } from './needs.ts';
import { prediction, type Prediction } from './prediction.ts';
import { standingsOf } from './standings.ts';
import { countedAt, type CountedAt } from './tested.ts';
import type { Verdict } from './verdict.ts';

/** What a consumer needs on an architecture at a release, and whether it has it. */
export type NeedsIn = (release: string) => readonly Need[];

/** Gives verdicts on a model; keeps what it works out. */
export interface Verdicts {
  readonly model: Model;
  readonly predict: Prediction;
  readonly claims: readonly ClaimReach[];
  readonly counted: CountedAt;
  /** The classes of releases at which an architecture has an interface. */
  classesThere(name: string, arch: string): ClassesThere;
  /** What a consumer needs at a place, and whether it has it: one list for all releases of a class. */
  needs(consumer: Consumer, release: string, arch: string, config?: string | null): readonly Need[];
  /** The same for all releases of a consumer on an architecture. */
  needsIn(consumer: Consumer, arch: string, config?: string | null): NeedsIn;
  at(consumer: Consumer, release: string, arch: string, config?: string | null): Verdict;
  /**
   * The verdicts of a consumer on an architecture, by release. Releases of a class of which nothing else is said, or the same, have one and
   * the same verdict: that of the first of them, which holds for all, though its `release` is not theirs.
   */
  along(consumer: Consumer, arch: string, config?: string | null): ReadonlyMap<string, Verdict>;
  /**
   * What the guards of a consumer say in the default configuration, whether it can be there or not; far cheaper than a verdict. Null where
   * it has none.
   */
  guardAt(consumer: Consumer, arch: string): GuardAt | null;
}

/** Makes the verdicts of a model. */
export function verdicts(model: Model): Verdicts {
  const predict = prediction(model);
  const claims = claimReach(model);
  const counted = countedAt(model);
  const laneOf = lanesOf(model, predict);
  const standings = standingsOf(model, predict);
  const judge = judgeOf(model, standings, claims, counted);
  return {
    model,
    predict,
    claims,
    counted,
    classesThere: classesThereOf(model, predict.classes),
    guardAt: (consumer, arch) => laneOf(consumer, arch, null).guardAt,
    needs: (consumer, release, arch, config = null) =>
      standings.needs(laneOf(consumer, arch, config), release),
    needsIn(consumer, arch, config = null) {
      const lane = laneOf(consumer, arch, config);
      return (release) => standings.needs(lane, release);
    },
    at: (consumer, release, arch, config = null) => judge.at(laneOf(consumer, arch, config), release),
    along(consumer, arch, config = null) {
      const lane = laneOf(consumer, arch, config);
      lane.along ??= judge.along(lane, predict.classes);
      return lane.along;
    },
  };
}
