import { remembered } from '../../store/memo.ts';
import { consumerName, type Model } from '../model/model.ts';
import { isPlain, sessionsOf } from './session.ts';

/** The outcomes of bisect sessions for one consumer at one release and architecture, by their ids. */
export interface OutcomeEvidence {
  readonly works: readonly string[];
  readonly broken: readonly string[];
}

const known = new WeakMap<Model, ReadonlyMap<string, OutcomeEvidence>>();

/** Finds the outcomes of sessions that are evidence for a cell: those whose version is a release and whose regression names a consumer. */
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
      // A build with changes applied is no evidence for the release.
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
