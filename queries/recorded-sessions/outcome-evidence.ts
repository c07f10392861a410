import { remembered } from '../../store/memo.ts';
import { consumerName, type Model } from '../model/model.ts';
import { isPlain, sessionsOf } from './session.ts';

/** What bisect sessions found out of one consumer at one release and architecture: ids of outcomes. */
export interface OutcomeEvidence {
  readonly works: readonly string[];
  readonly broken: readonly string[];
}

const known = new WeakMap<Model, ReadonlyMap<string, OutcomeEvidence>>();

/** Finds the outcomes of sessions that are evidence for a cell: their version is a release, their regression a consumer. */
export function outcomeEvidence(
  model: Model,
  consumer: string,
  release: string,
  arch: string,
): OutcomeEvidence | null {
  const found = remembered(known, model, () => collect(model));
  return found.size === 0 ? null : (found.get(`${consumer}\n${release}\n${arch}`) ?? null);
}

function collect(model: Model): ReadonlyMap<string, OutcomeEvidence> {
  const found = new Map<string, { works: string[]; broken: string[] }>();
  for (const { start, outcomes } of sessionsOf(model)) {
    for (const { id, payload: o } of outcomes) {
      // What was built with a change on top tells nothing of the release.
      if (o.release === undefined || o.outcome === 'skip' || !isPlain(o)) continue;
      for (const r of start.payload.regressions) {
        if (r.consumer === undefined || r.arch === undefined) continue;
        if (o.regression !== undefined && o.regression !== r.key) continue;
        const key = `${consumerName(r.consumer, r.variant)}\n${o.release}\n${r.arch}`;
        const cell = found.get(key) ?? { works: [], broken: [] };
        found.set(key, cell);
        const isBroken = (o.outcome === 'bad') === (start.payload.direction === 'introduced');
        (isBroken ? cell.broken : cell.works).push(id);
      }
    }
  }
  return found;
}
