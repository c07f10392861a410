import type { Consumer, Model } from '../model/model.ts';
import { claimReach, type ClaimReach } from './claims.ts';
import type { GuardAt } from './guards.ts';
import { judgeOf, type Judge } from './judge.ts';
import type { LaneVerdicts } from './lane-verdicts.ts';
import { lanesOf } from './lanes.ts';
import type { Need } from './needs.ts';
import { isMadeFor, presencesOf, type Presences } from './presences.ts';
import { prediction, type Prediction } from './prediction.ts';
import { standingsOf } from './standings.ts';
import { countedAt, countedHere, type CountedAt } from './counted.ts';
import type { Verdict } from './verdict.ts';

/** What a consumer needs on an architecture at a release, and whether it has it. */
export type NeedsIn = (release: string) => readonly Need[];

/** Gives verdicts on a model; keeps what it works out. */
export interface Verdicts {
  readonly model: Model;
  readonly predict: Prediction;
  readonly claims: readonly ClaimReach[];
  readonly counted: CountedAt;
  /** The releases by whether an architecture has an interface there. */
  presences(name: string, arch: string): Presences;
  /** What a consumer needs at a place, and whether it has it: one list for all releases of a class. */
  needs(consumer: Consumer, release: string, arch: string, config?: string | null): readonly Need[];
  /** The same for all releases of a consumer on an architecture. */
  needsIn(consumer: Consumer, arch: string, config?: string | null): NeedsIn;
  at(consumer: Consumer, release: string, arch: string, config?: string | null): Verdict;
  /** The verdicts of a consumer on an architecture, one for all releases that fare alike. */
  along(consumer: Consumer, arch: string, config?: string | null): LaneVerdicts;
  /**
   * What the guards of a consumer say in the default configuration, whether it can be there or not; far cheaper than a verdict. Null where
   * it has none.
   */
  guardAt(consumer: Consumer, arch: string): GuardAt | null;
}

/** Makes the verdicts of a model. */
export function verdicts(model: Model): Verdicts {
  const predict = prediction(model);
  const counted = countedAt(model);
  const laneOf = lanesOf(model, predict);
  const standings = standingsOf(model, predict);
  const presences = presencesOf(model, predict.classes);
  const nowhere: Presences = { there: [], absent: model.graph.order, unknown: [] };
  // Of a world to which another is held often nothing is asked but what it predicts.
  let claims: readonly ClaimReach[] | null = null;
  let judge: Judge | null = null;
  const claimsThere = () => (claims ??= claimReach(model));
  const judgeThere = () =>
    (judge ??= judgeOf(
      { model, counted, here: countedHere(model, counted) },
      predict,
      standings,
      claimsThere(),
    ));
  return {
    model,
    predict,
    get claims() {
      return claimsThere();
    },
    counted,
    presences,
    guardAt: (consumer, arch) => laneOf(consumer, arch, null).guardAt,
    needs: (consumer, release, arch, config = null) =>
      standings.needs(laneOf(consumer, arch, config), release),
    needsIn(consumer, arch, config = null) {
      const lane = laneOf(consumer, arch, config);
      return (release) => standings.needs(lane, release);
    },
    at: (consumer, release, arch, config = null) => judgeThere().at(laneOf(consumer, arch, config), release),
    along(consumer, arch, config = null) {
      const lane = laneOf(consumer, arch, config);
      lane.along ??= judgeThere().along(
        lane,
        isMadeFor(consumer, arch) ? presences(consumer.interface, arch) : nowhere,
      );
      return lane.along;
    },
  };
}
