import { memoized, remembered } from '../../store/memo.ts';
import type { Model } from '../model/model.ts';
import type { Lane } from './lane.ts';
import { needsAlong, type Need } from './needs.ts';
import { rootOf } from './presences.ts';
import type { Prediction } from './prediction.ts';
import { predictedStatus, type PredictedStatus } from './predicted-status.ts';
import { bearingsOf } from './tested.ts';

/** What records predict for the cells of lanes; computed once for all equivalent classes of releases. */
export interface PredictedStatuses {
  needs(lane: Lane, release: string): readonly Need[];
  /** The status at a release at which the architecture has the interface. */
  at(lane: Lane, release: string): PredictedStatus;
  /** The status where it is not known whether the architecture has the interface: unknown. */
  ofUnknownPresence(lane: Lane, release: string): PredictedStatus;
}

/** Makes the predicted statuses of a model. */
export function predictedStatuses(model: Model, predict: Prediction): PredictedStatuses {
  const rootAt = memoized((release: string) => rootOf(model, release));
  const bearingOf = bearingsOf(model);
  const classOf = ({ records }: Lane, release: string) => records.equivalent(predict.classOf(release));

  const needs = (lane: Lane, release: string): readonly Need[] => {
    const { consumer, arch, switches, records } = lane;
    const first = classOf(lane, release);
    return remembered(records.needs, first, () => {
      records.needsAt ??= needsAlong(model, predict, consumer, arch, switches);
      return records.needsAt(first);
    });
  };

  const at = (lane: Lane, release: string): PredictedStatus =>
    remembered(lane.records.predictions, classOf(lane, release), () => {
      const needed = needs(lane, release);
      return predictedStatus(needed, bearingOf(lane.consumer, needed, lane.arch));
    });

  const ofUnknownPresence = (lane: Lane, release: string): PredictedStatus => {
    const { interface: name } = lane.consumer;
    const event = model.interfaces.get(name);
    const since = event?.payload.archs?.find((a) => a.arch === lane.arch)?.since;
    const isUnconnected = since !== undefined && rootAt(since) !== rootAt(release);
    const note = isUnconnected
      ? `what ${release} continues is not recorded`
      : `since when ${lane.arch} has ${name} is not known`;
    const evidence = event ? [event.id] : [];
    return remembered(lane.records.predictions, `${classOf(lane, release)}\n${note}`, () => ({
      ...at(lane, release),
      status: 'unknown',
      basis: null,
      evidence,
      note,
    }));
  };
  return { needs, at, ofUnknownPresence };
}
