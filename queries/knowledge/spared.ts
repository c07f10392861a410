import { answersOf } from '../regressions/answers.ts';
import type { Model } from '../model/model.ts';
import { allArchs } from '../model/select.ts';
import { switchesOf } from '../model/switches.ts';
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
  const conditions = conditionsOfNeeds(after);
  const tested = after.of('TestRecorded').flatMap((e) => e.payload.behaviours ?? []);
  const configs = new Set(after.results.places().map(({ config }) => config));
  if (![...configs].some((config) => moved.isAny([...tested, ...conditions], switchesOf(config))))
    contradictions.add('tests');
  const isToldByBehaviour =
    !moved.isAny(conditions) && after.of('RegressionSplit').length === 0 && !isAccusedInWords(after, records);
  const regressions =
    isToldByBehaviour &&
    ![...behaviours].some((behaviour) => behaviour !== null && moved.retold.has(behaviour)) &&
    after.of('RegressionMerged').length === 0 &&
    !isAnyFailing(after, reach);
  if (regressions) for (const finder of OF_REGRESSIONS) contradictions.add(finder);
  return { regressions, moved: isToldByBehaviour ? moved.retold : null, statements: true, contradictions };
}

/** The conditions under which something is needed, or promised. */
function conditionsOfNeeds(model: Model): readonly string[] {
  return [
    ...model.of('BehaviourDefined').flatMap((e) => e.payload.guarantees.map(({ when }) => when)),
    ...model.of('RequirementStated').map((e) => e.payload.when),
  ].filter((when) => when !== undefined);
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
          needsAt(release).some((n) => n.state === 'fails' && moved.retold.has(n.behaviour)),
        );
      }),
    );
}
