import type { Model } from '../model/model.ts';
import type { Lane } from './lane.ts';
import { needsAlong, type Need } from './needs.ts';
import { rootOf } from './presences.ts';
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
  const roots = new Map<string, string>();
  const rootAt = (release: string): string => {
    const known = roots.get(release) ?? rootOf(model, release);
    roots.set(release, known);
    return known;
  };
  const bearingOf = bearingsOf(model);
  const needs: Standings['needs'] = ({ consumer, arch, switches, records }, release) => {
    const first = records.like(predict.classOf(release));
    const known = records.needs.get(first);
    if (known) return known;
    records.needsAt ??= needsAlong(model, predict, consumer, arch, switches);
    const made = records.needsAt(first);
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
      const { interface: name } = lane.consumer;
      const since = model.interfaces.get(name)?.payload.archs?.find((a) => a.arch === lane.arch)?.since;
      const isAdrift = since !== undefined && rootAt(since) !== rootAt(release);
      const why = isAdrift
        ? `what ${release} continues is not recorded`
        : `since when ${lane.arch} has ${name} is not known`;
      const { standings } = lane.records;
      const key = `${lane.records.like(predict.classOf(release))}\n${why}`;
      const known = standings.get(key);
      if (known) return known;
      const event = model.interfaces.get(name);
      const made: Standing = {
        ...at(lane, release),
        status: 'unknown',
        basis: null,
        evidence: event ? [event.id] : [],
        note: why,
      };
      standings.set(key, made);
      return made;
    },
  };
}
