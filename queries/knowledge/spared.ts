import { answersOf } from '../regressions/answers.ts';
import type { Model } from '../model/model.ts';
import { allArchs } from '../model/select.ts';
import { circumstancesOf } from '../verdict/circumstances.ts';
import { nameOf } from '../verdict/verdict.ts';
import { disputedGuard } from './contradicted-guards.ts';
import type { Finder } from './contradictions.ts';
import type { Reach } from './reach.ts';

/** What another world says as this one does, whatever it says: it need not be worked out there. */
export interface Spared {
  readonly regressions: boolean;
  /** The behaviours of which records may open other regressions, those of all others being as they were; null: any. */
  readonly moved: ReadonlySet<string> | null;
  /** What `coverage`, `ownership` and `predictions` state. */
  readonly statements: boolean;
  readonly contradictions: ReadonlySet<Finder>;
}

/** The contradictions that regressions are in. */
const OF_REGRESSIONS: readonly Finder[] = ['rivals', 'tracked', 'denied'];

/**
 * Finds what a thought leaves as it was. Only of records of behaviours is that told: regressions rest on the values that fail, on the
 * changes that set them and on what others say of these.
 *
 * @param behaviours those of the regressions of the world without the thought, null where one has none
 */
export function sparedBy(after: Model, reach: Reach | null, behaviours: ReadonlySet<string | null>): Spared {
  if (reach === null)
    return { regressions: false, moved: null, statements: false, contradictions: new Set() };
  // Who disagrees with whom is asked of results alone.
  const contradictions = new Set<Finder>(['runs']);
  const { records, moved } = reach;
  if (records === null) return { regressions: false, moved: null, statements: false, contradictions };
  const isBearing = (behaviour: string) => moved.bearing.has(behaviour);
  if (!after.of('BehaviourClaimed').some(({ payload }) => isBearing(payload.behaviour)))
    contradictions.add('behaviours');
  const disputed = after.consumers.filter((consumer) => disputedGuard(consumer) !== undefined);
  if (!disputed.some((consumer) => reach.consumers.has(nameOf(consumer)))) contradictions.add('guards');
  // What is needed, or promised, only under a condition may be needed no more.
  const isNeededAsBefore = !conditionsOfNeeds(after).some(isBearing);
  const isTested = after.of('TestRecorded').some((e) => (e.payload.behaviours ?? []).some(isBearing));
  if (isNeededAsBefore && !isTested) contradictions.add('tests');
  const isToldByBehaviour =
    isNeededAsBefore && after.of('RegressionSplit').length === 0 && !isAccusedInWords(after, records);
  const regressions =
    isToldByBehaviour &&
    ![...behaviours].some((behaviour) => behaviour !== null && isBearing(behaviour)) &&
    after.of('RegressionMerged').length === 0 &&
    !isAnyFailing(after, reach);
  if (regressions) for (const finder of OF_REGRESSIONS) contradictions.add(finder);
  return { regressions, moved: isToldByBehaviour ? moved.bearing : null, statements: true, contradictions };
}

/** The behaviours on which it depends whether something else is needed, or promised, at all. */
function conditionsOfNeeds(model: Model): readonly string[] {
  const { behavioursAskedBy } = circumstancesOf(model);
  const conditions = [
    ...model.of('BehaviourDefined').flatMap((e) => e.payload.guarantees.map(({ when }) => when)),
    ...model.of('RequirementStated').map((e) => e.payload.when),
  ];
  return conditions.flatMap((when) => (when === undefined ? [] : behavioursAskedBy(when, {})));
}

/** Whether somebody names a change of these records without a behaviour: which it is meant to have broken is told by the records of it. */
function isAccusedInWords(model: Model, records: NonNullable<Reach['records']>): boolean {
  const changes = new Set(
    records.flatMap(({ payload: { change } }) => (change === undefined ? [] : model.graph.resolve(change))),
  );
  return model
    .of('CulpritClaimed')
    .some(({ payload: c }) => c.behaviour === undefined && changes.has(model.graph.resolve(c.change)));
}

/** Whether somebody has one of the behaviours that are another not as it is needed. */
function isAnyFailing(model: Model, { consumers, moved }: Reach): boolean {
  const { verdicts } = answersOf(model);
  return model.consumers
    .filter((consumer) => consumers.has(nameOf(consumer)))
    .some((consumer) =>
      allArchs(model).some((arch) => {
        const needsAt = verdicts.needsIn(consumer, arch);
        return moved.releases.some((release) =>
          needsAt(release).some((n) => n.state === 'fails' && moved.bearing.has(n.behaviour)),
        );
      }),
    );
}
