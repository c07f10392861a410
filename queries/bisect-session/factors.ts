import { answersOf } from '../model/answers.ts';
import { PRIOR_FACTORS } from '../bisect/priors.ts';
import type { SuspectFactor } from '../bisect/problem.ts';
import type { Model } from '../model/model.ts';
import { shortChange } from '../verdict/prediction.ts';
import { cloneFactors } from './clone-factors.ts';
import { transitionsOf } from './history.ts';
import { consumerOf } from './prefill.ts';
import type { Session } from './session.ts';
import type { SessionHistory } from './session-history.ts';

/** How much one named claim weighs beside the uniform prior. */
const CLAIMED = 10;

/**
 * Finds what the log and the clone hold for and against each candidate: behaviour records for what the consumer needs,
 * `Fixes:` trailers, claims, merges, what touches the session's paths, and what somebody weighed by hand.
 */
export function factorsOf(model: Model, session: Session, history: SessionHistory): readonly SuspectFactor[] {
  const { graph, touched } = history;
  const found: SuspectFactor[] = [];
  const put = (change: string, factor: number, why: string, regression?: string) => {
    const version = history.suspectOf(model.graph.resolve(change));
    if (graph.names.indexOf(version) < 0) return;
    found.push({ version, factor, why, ...(regression === undefined ? {} : { regression }) });
  };
  for (const version of touched)
    put(version, PRIOR_FACTORS.touchesPaths, 'touches the paths that were named');
  if (session.start.payload.prefill) {
    found.push(...cloneFactors(session, history));
    for (const r of session.start.payload.regressions) {
      const consumer = consumerOf(model, r.consumer, r.variant);
      if (consumer === null) {
        // Nobody knows what the thing needs: whatever was repaired later may have broken it.
        for (const [fix, event] of model.changes)
          for (const named of event.payload.fixes ?? [])
            put(named, PRIOR_FACTORS.namedByFixes, `Fixes: trailer of ${shortChange(fix)}`, r.key);
        continue;
      }
      const needed = new Set(consumer.requirements.map((e) => e.payload.behaviour));
      for (const behaviour of needed)
        for (const [change, records] of model.setByChange.get(behaviour) ?? []) {
          const here = records.filter(
            (e) => r.arch === undefined || (e.payload.archs?.includes(r.arch) ?? true),
          );
          if (here.length > 0)
            put(
              change,
              PRIOR_FACTORS.behaviourRecord,
              `a record says that it sets ${behaviour} (${here[0]!.id.slice(0, 8)})`,
              r.key,
            );
        }
      for (const e of model.of('CulpritClaimed')) {
        const { change, role, consumer: named, behaviour, archs, by } = e.payload;
        const about = named === consumer.consumer || (behaviour !== undefined && needed.has(behaviour));
        if (!about || (r.arch !== undefined && archs?.includes(r.arch) === false)) continue;
        if (role === 'not-it') put(change, 1 / CLAIMED, `${by} says that it is not it`, r.key);
        else if (role === 'culprit') put(change, CLAIMED, `${by} names it (${e.id.slice(0, 8)})`, r.key);
      }
      const regressions = answersOf(model).regressions.filter(
        ({ document }) => document.behaviour !== null && needed.has(document.behaviour),
      );
      for (const { document } of regressions)
        for (const fix of document.fixes) {
          if (session.start.payload.direction === 'fixed')
            put(
              fix.change,
              PRIOR_FACTORS.behaviourRecord,
              `the log has it as the fix of ${document.id}`,
              r.key,
            );
          for (const named of model.changes.get(fix.change)?.payload.fixes ?? [])
            put(named, PRIOR_FACTORS.namedByFixes, `Fixes: trailer of ${shortChange(fix.change)}`, r.key);
        }
    }
    if (session.start.payload.over === 'releases') predictedTransitions(model, session, put);
    for (const [change, event] of model.changes)
      if (event.payload.merge === true) put(change, PRIOR_FACTORS.merge, 'it is a merge');
  }
  for (const { payload } of session.weights)
    put(payload.change, payload.factor, `${payload.by}: ${payload.why}`);
  return found;
}

/** A release at which the verdict is predicted to turn is likelier than its neighbours. */
function predictedTransitions(
  model: Model,
  session: Session,
  put: (change: string, factor: number, why: string, regression?: string) => void,
): void {
  const { direction, regressions } = session.start.payload;
  for (const r of regressions) {
    if (r.consumer === undefined || r.arch === undefined) continue;
    for (const end of transitionsOf(model, r.consumer, r.variant, r.arch, direction))
      put(end.bad, PRIOR_FACTORS.behaviourRecord, `what is recorded predicts it: ${end.why}`, r.key);
  }
}
