import { answersOf } from '../regressions/answers.ts';
import { PRIOR_FACTORS } from '../bisect/beliefs/priors.ts';
import type { SuspectFactor } from '../bisect/range/problem.ts';
import type { Consumer, Model } from '../model/model.ts';
import { shortChange } from '../../store/names/change-name.ts';
import { cloneFactors } from './clone-factors.ts';
import { transitionsOf } from './history.ts';
import { consumerOf } from './prefill.ts';
import type { Session } from '../recorded-sessions/session.ts';
import type { SessionHistory } from './session-history.ts';

/** How much one named claim weighs beside the uniform prior. */
const CLAIMED = 10;

/** Takes a factor for or against a change, and why; of one regression, or of all. */
type Put = (change: string, factor: number, why: string, regression?: string) => void;

/** One regression of a session, with the consumer that it hurts. */
interface Searched {
  readonly regression: Session['start']['payload']['regressions'][number];
  readonly consumer: Consumer;
  /** The behaviours that the consumer needs. */
  readonly needed: ReadonlySet<string>;
}

/**
 * Finds what the log and the clone hold for and against each candidate: behaviour records for what the consumer needs,
 * `Fixes:` trailers, claims, merges, what touches the session's paths, and what somebody weighed by hand.
 */
export function factorsOf(model: Model, session: Session, history: SessionHistory): readonly SuspectFactor[] {
  const { graph, touched } = history;
  const found: SuspectFactor[] = [];
  const put: Put = (change, factor, why, regression) => {
    const version = history.suspectOf(model.graph.resolve(change));
    if (graph.names.indexOf(version) < 0) return;
    found.push({ version, factor, why, ...(regression === undefined ? {} : { regression }) });
  };
  for (const version of touched)
    put(version, PRIOR_FACTORS.touchesPaths, 'touches the paths that were named');
  if (session.start.payload.prefill) {
    found.push(...cloneFactors(session, history));
    for (const regression of session.start.payload.regressions) {
      const consumer = consumerOf(model, regression.consumer, regression.variant);
      if (consumer === null) {
        anyRepaired(model, regression.key, put);
        continue;
      }
      const needed = new Set(consumer.requirements.map((e) => e.payload.behaviour));
      const searched = { regression, consumer, needed };
      settersOfNeeds(model, searched, put);
      claimsOfCulprits(model, searched, put);
      fixesOfNeeds(model, searched, session.start.payload.direction, put);
    }
    if (session.start.payload.over === 'releases') predictedTransitions(model, session, put);
    for (const [change, event] of model.changes)
      if (event.payload.merge === true) put(change, PRIOR_FACTORS.merge, 'it is a merge');
  }
  for (const { payload } of session.weights)
    put(payload.change, payload.factor, `${payload.by}: ${payload.why}`);
  return found;
}

/** Nobody knows what the thing needs: whatever was repaired later may have broken it. */
function anyRepaired(model: Model, regression: string, put: Put): void {
  for (const [fix, event] of model.changes)
    for (const named of event.payload.fixes ?? [])
      put(named, PRIOR_FACTORS.namedByFixes, `Fixes: trailer of ${shortChange(fix)}`, regression);
}

/** Changes that are recorded to set a behaviour which is needed. */
function settersOfNeeds(model: Model, { regression: { arch, key }, needed }: Searched, put: Put): void {
  for (const behaviour of needed)
    for (const [change, records] of model.setByChange.get(behaviour) ?? []) {
      const here = records.find((e) => arch === undefined || (e.payload.archs?.includes(arch) ?? true));
      if (here)
        put(
          change,
          PRIOR_FACTORS.behaviourRecord,
          `a record says that it sets ${behaviour} (${here.id.slice(0, 8)})`,
          key,
        );
    }
}

/** What people say of culprits of this consumer, or of a behaviour that it needs. */
function claimsOfCulprits(
  model: Model,
  { regression: { arch, key }, consumer, needed }: Searched,
  put: Put,
): void {
  for (const e of model.of('CulpritClaimed')) {
    const { change, role, consumer: named, behaviour, archs, by } = e.payload;
    const about = named === consumer.consumer || (behaviour !== undefined && needed.has(behaviour));
    if (!about || (arch !== undefined && archs?.includes(arch) === false)) continue;
    if (role === 'not-it') put(change, 1 / CLAIMED, `${by} says that it is not it`, key);
    else if (role === 'culprit') put(change, CLAIMED, `${by} names it (${e.id.slice(0, 8)})`, key);
  }
}

/** What the log's own regressions of needed behaviours hold: their fixes, and what those say that they fix. */
function fixesOfNeeds(
  model: Model,
  { regression: { key }, needed }: Searched,
  direction: Session['start']['payload']['direction'],
  put: Put,
): void {
  for (const { document } of answersOf(model).regressions) {
    if (document.behaviour === null || !needed.has(document.behaviour)) continue;
    for (const fix of document.fixes) {
      if (direction === 'fixed')
        put(fix.change, PRIOR_FACTORS.behaviourRecord, `the log has it as the fix of ${document.id}`, key);
      for (const named of model.changes.get(fix.change)?.payload.fixes ?? [])
        put(named, PRIOR_FACTORS.namedByFixes, `Fixes: trailer of ${shortChange(fix.change)}`, key);
    }
  }
}

/** A release at which the verdict is predicted to turn is likelier than its neighbours. */
function predictedTransitions(model: Model, session: Session, put: Put): void {
  const { direction, regressions } = session.start.payload;
  for (const r of regressions) {
    if (r.consumer === undefined || r.arch === undefined) continue;
    for (const end of transitionsOf(model, r.consumer, r.variant, r.arch, direction))
      put(end.bad, PRIOR_FACTORS.behaviourRecord, `what is recorded predicts it: ${end.why}`, r.key);
  }
}
