import type { Model } from '../model/model.ts';
import type { Lane } from './lane.ts';
import { needsAt, rootOf, type Need } from './needs.ts';
import type { Prediction } from './prediction.ts';
import { standingOf, type Standing } from './standing.ts';
import { bearingsOf } from './tested.ts';

/** What records say along lanes: worked out for one of the classes that are alike, and kept. */
export interface Standings {
  needs(lane: Lane, release: string): readonly Need[];
  /** How a consumer stands at a release at which the architecture has the interface. */
  at(lane: Lane, release: string): Standing;
  /** How it stands where nobody has found out whether the architecture had the interface yet. */
  notFoundOut(lane: Lane, release: string): Standing;
}

/** Makes the standings of a model. */
export function standingsOf(model: Model, predict: Prediction): Standings {
  const bearingOf = bearingsOf(model);
  const needs: Standings['needs'] = ({ consumer, arch, switches, records }, release) => {
    const first = records.like(predict.classOf(release));
    const known = records.needs.get(first);
    if (known) return known;
    const made = needsAt(model, predict, consumer, first, arch, switches);
    records.needs.set(first, made);
    return made;
  };
  const at: Standings['at'] = (lane, release) => {
    const { consumer, arch, records } = lane;
    const first = records.like(predict.classOf(release));
    const known = records.standings.get(first);
    if (known) return known;
    const needed = needs(lane, release);
    const made = standingOf(needed, bearingOf(consumer, needed, arch));
    records.standings.set(first, made);
    return made;
  };
  return {
    needs,
    at,
    notFoundOut(lane, release) {
      // What it says may name the release.
      const key = `${release}\nnot found out`;
      const known = lane.records.standings.get(key);
      if (known) return known;
      const made = notFoundOut(model, at(lane, release), lane, release);
      lane.records.standings.set(key, made);
      return made;
    },
  };
}

function notFoundOut(model: Model, standing: Standing, { consumer, arch }: Lane, release: string): Standing {
  const event = model.interfaces.get(consumer.interface);
  const since = event?.payload.archs?.find((a) => a.arch === arch)?.since;
  const isAdrift = since !== undefined && rootOf(model, since) !== rootOf(model, release);
  return {
    ...standing,
    status: 'unknown',
    basis: null,
    evidence: event ? [event.id] : [],
    note: isAdrift
      ? `what ${release} continues is not recorded`
      : `since when ${arch} has ${consumer.interface} is not known`,
  };
}
