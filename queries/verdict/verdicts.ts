import type { Consumer, Model } from '../model/model.ts';
import { claimReach, type ClaimReach } from './claims.ts';
import type { GuardAt } from './guards.ts';
import { judgeOf, type Judge } from './judge.ts';
import type { LaneVerdicts } from './lane-verdicts.ts';
import { lanesOf } from './lanes.ts';
import type { Need } from './needs.ts';
import { isMadeFor, presencesOf, type Presences } from './presences.ts';
import { prediction, type Prediction } from './prediction.ts';
import { predictedStatuses } from './predicted-statuses.ts';
import { countedAt, countedHere, type CountedAt } from './counted.ts';
import type { Verdict } from './verdict.ts';

/** Gives the needs of a consumer on an architecture at a release, and whether each holds. */
export type NeedsIn = (release: string) => readonly Need[];

/** Gives the verdicts of a model; each is computed when it is asked for first, and remembered. */
export interface Verdicts {
  readonly model: Model;
  readonly predict: Prediction;
  readonly claims: readonly ClaimReach[];
  readonly counted: CountedAt;
  /** The releases, grouped by whether an architecture has an interface. */
  presences(name: string, arch: string): Presences;
  /** The needs of a consumer in a cell, and whether each holds: one list for all releases of a class. */
  needs(consumer: Consumer, release: string, arch: string, config?: string | null): readonly Need[];
  /** The same for any release. */
  needsIn(consumer: Consumer, arch: string, config?: string | null): NeedsIn;
  at(consumer: Consumer, release: string, arch: string, config?: string | null): Verdict;
  /** The verdicts of a consumer on an architecture at all releases; equal ones are shared. */
  along(consumer: Consumer, arch: string, config?: string | null): LaneVerdicts;
  /**
   * Evaluates the guards of a consumer in the default configuration, even where the interface is absent; far cheaper than a verdict.
   * Null where it has none.
   */
  guardAt(consumer: Consumer, arch: string): GuardAt | null;
}

/** Makes the verdicts of a model. */
export function verdicts(model: Model): Verdicts {
  const predict = prediction(model);
  const counted = countedAt(model);
  const laneOf = lanesOf(model, predict);
  const predictions = predictedStatuses(model, predict);
  const presences = presencesOf(model, predict.classes);
  const nowhere: Presences = { there: [], absent: model.graph.order, unknown: [] };
  // Made when they are asked for: of a hypothetical model often only predictions are.
  let claims: readonly ClaimReach[] | null = null;
  let judge: Judge | null = null;
  const claimsThere = () => (claims ??= claimReach(model));
  const judgeThere = () =>
    (judge ??= judgeOf(
      { model, counted, here: countedHere(model, counted) },
      predict,
      predictions,
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
      predictions.needs(laneOf(consumer, arch, config), release),
    needsIn(consumer, arch, config = null) {
      const lane = laneOf(consumer, arch, config);
      return (release) => predictions.needs(lane, release);
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
